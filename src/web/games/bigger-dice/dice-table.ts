import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import type { UserId } from "../../../protocol/ids.ts";
import { playerOf } from "../../table/board.ts";
import type { Presentation } from "../../table/presentation.ts";
import { shared } from "../../table/styles.ts";
import { lastRollOf, type BiggerDice, type BiggerDiceEvent } from "./board.ts";

/**
 * `<dice-table>`: the two dice, each under the eyes of its player. A die at rest shows the last roll, dimmed where
 * that belongs to the round before.
 *
 * @property presentation what is shown, with the throw under way
 * @property me the reader's user id
 */
export class DiceTable extends LitElement {
  static override properties = { presentation: { attribute: false }, me: { type: String } };

  declare presentation: Presentation<BiggerDice, BiggerDiceEvent> | null;
  declare me: UserId;

  constructor() {
    super();
    this.presentation = null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { presentation } = this;
    const game = presentation?.shown.game ?? null;
    if (presentation === null || game === null) return nothing;
    const over = presentation.shown.result !== null;
    return html`<div class="dice" ?data-over=${over}>
      ${game.players.map((id, seat) => this.#die(presentation, game, id, seat === 0 ? "host" : "guest"))}
    </div>`;
  }

  #die(
    { shown, throwing }: Presentation,
    game: BiggerDice,
    id: UserId,
    seat: "host" | "guest",
  ): TemplateResult {
    const name = playerOf(shown, id)?.name ?? "somebody";
    const mine = id === this.me;
    const last = lastRollOf(game, id);
    const thrown = throwing?.playerId === id ? throwing : null;
    // While the first die of a round tumbles, the other one still shows the round before.
    const isNextRound = throwing !== null && game.rolls[id] === undefined;
    const stale = thrown === null && (last?.stale === true || isNextRound);
    const between = throwing === null && Object.keys(game.rolls).length === 0;
    const caption = thrown !== null ? "…" : stale || last === null ? "–" : last.face;
    return html`<figure ?data-thrown=${thrown !== null}>
      <animated-dice
        seat=${seat}
        .face=${last?.face ?? null}
        .throwing=${thrown}
        .stale=${stale}
        .winning=${between && game.history.at(-1)?.winner === id}
        .label=${mine ? "Your die" : `Die of ${name}`}
      ></animated-dice>
      <figcaption aria-hidden="true"><bdi>${mine ? "You" : name}</bdi> <b>${caption}</b></figcaption>
    </figure>`;
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        width: 100%;
      }

      .dice {
        --die-size: clamp(4.5rem, min(24cqi, 17vh), 10.5rem);
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        width: min(100%, 4.2 * var(--die-size), 42rem);
        margin-inline: auto;
      }

      .dice[data-over] {
        --die-size: clamp(2.75rem, 15cqi, 4.75rem);
      }

      figure {
        margin: 0;
        min-width: 0;
      }

      /* In front of a win's light, behind a die in the air. */
      figure:not([data-thrown]) figcaption {
        position: relative;
      }

      figcaption {
        display: flex;
        align-items: baseline;
        justify-content: center;
        gap: 0.5rem;
        font-variant-numeric: tabular-nums;
        line-height: 1.2;
      }

      figcaption bdi {
        overflow: hidden;
        max-width: 8rem;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      figcaption b {
        font-size: 1.25rem;
      }
    `,
  ];
}
