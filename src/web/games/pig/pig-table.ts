import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import type { UserId } from "../../../protocol/ids.ts";
import { playerOf } from "../../table/board.ts";
import type { Presentation } from "../../table/presentation.ts";
import { smallDie, smallDieStyles } from "../../table/small-die.ts";
import { shared } from "../../table/styles.ts";
import { sum, turnOnTable, type Pig, type PigEvent, type Turn } from "./board.ts";

/**
 * `<pig-table>`: the one die, in the colours of whoever rolls it, and below it what this turn is worth. Between two turns
 * it shows how the last one ended.
 *
 * @property presentation what is shown, with the throw under way
 * @property me the reader's user id
 */
export class PigTable extends LitElement {
  static override properties = { presentation: { attribute: false }, me: { type: String } };

  declare presentation: Presentation<Pig, PigEvent> | null;
  declare me: UserId;

  constructor() {
    super();
    this.presentation = null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { presentation } = this;
    const game = presentation?.shown.game ?? null;
    if (presentation === null || game === null) return nothing;
    const { shown, throwing } = presentation;
    const turn = turnOnTable(game);
    const roller = throwing?.playerId ?? turn?.playerId ?? game.currentTurn ?? game.players[0];
    // The first die of a turn takes the dice of the turn before from the table.
    const isNext = throwing !== null && turn !== null && !turn.isOpen;
    const isOver = shown.result !== null;
    return html`<div class="table" data-moves=${game.turn} ?data-over=${isOver}>
      <animated-dice
        seat=${roller === game.players[0] ? "host" : "guest"}
        .face=${turn?.rolls.at(-1) ?? null}
        .throwing=${throwing}
        .stale=${throwing === null && turn?.isOpen === false && !isOver}
        .label=${roller === this.me ? "Your die" : `Die of ${playerOf(shown, roller)?.name ?? "somebody"}`}
      ></animated-dice>
      ${isOver ? nothing : this.#stake(isNext ? null : turn)}
    </div>`;
  }

  /** The dice of a turn, and what they are worth. */
  #stake(turn: (Turn & { readonly isOpen: boolean }) | null): TemplateResult {
    const state = turn === null || turn.isOpen ? "open" : turn.banked === 0 ? "lost" : "kept";
    const worth = turn === null ? 0 : state === "lost" ? sum(turn.rolls) - 1 : turn.banked;
    return html`<p class="stake" data-state=${state}>
        <b>${state === "lost" ? html`<s>${worth}</s>` : worth}</b>
        <span>${state === "open" ? "this turn" : state === "lost" ? "lost" : "kept"}</span>
      </p>
      <p class="rolls" data-state=${state}>
        ${(turn?.rolls ?? []).map((roll) => html`<span>${smallDie(roll)}<span class="unseen">${roll} </span></span>`)}
      </p>`;
  }

  static override styles = [
    shared,
    smallDieStyles,
    css`
      :host {
        display: block;
        width: 100%;
      }

      .table {
        --die-size: clamp(4.5rem, min(24cqi, 15vh), 10rem);
        display: grid;
        justify-items: center;
        gap: 0.25rem;
      }

      .table[data-over] {
        --die-size: clamp(2.75rem, 15cqi, 4.75rem);
      }

      .stake {
        display: flex;
        align-items: baseline;
        gap: 0.5rem;
        font-variant-numeric: tabular-nums;
        line-height: 1.1;
      }

      .stake b {
        font-family: var(--font-display, inherit);
        font-size: 2.25rem;
      }

      .stake s {
        text-decoration-thickness: 0.08em;
      }

      /* As high with dice as without, so that the buttons stay where the finger is. */
      .rolls {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 0.25rem;
        max-width: 24rem;
        min-height: 1.75rem;
      }

      [data-state="lost"],
      [data-state="kept"] {
        color: var(--text-muted);
      }

      .stake[data-state="lost"] {
        color: var(--danger);
      }

      .rolls[data-state="lost"] > :last-child {
        --die: var(--danger);
        --die-edge: var(--danger);
        --pip: var(--surface-raised);
      }
    `,
  ];
}
