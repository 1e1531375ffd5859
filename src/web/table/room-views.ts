/** What a room's page shows around the game itself: who sits there, what is said, how the dice are sealed. */
import { html, nothing, type TemplateResult } from "lit";
import type { UserId } from "../../protocol/ids.ts";
import type { ConnectionState } from "../../sockets/types.ts";
import type { ChatMessage } from "../elements/game-chat.ts";
import { lobbyAddress } from "./addresses.ts";
import { playerOf } from "./board.ts";
import type { Presentation } from "./presentation.ts";
import type { RoomConnection } from "./room-connection.ts";
import { view } from "./sentence-view.ts";
import { headline, situation } from "./sentences.ts";
import type { Board, GameEvent, TableGame, TableState } from "./table-game.ts";
import { whyOffline } from "./why-offline.ts";

/** @param gone why there is no room; "" while it is not known */
export function noRoom(gone: string, state: ConnectionState, slug: string): TemplateResult {
  // While all is well there is one sentence, so that nothing moves when the connection is there.
  const opening = state.name === "live" || state.name === "connecting" ? null : whyOffline(state);
  return gone === ""
    ? html`<section class="arena"><p class="muted">${opening ?? "Setting the table…"}</p></section>`
    : html`<section class="arena">
        <h2 tabindex="-1">This room is not open</h2>
        <p>${gone}</p>
        <a class="button primary" href=${lobbyAddress(slug)}>Back to the lobby</a>
      </section>`;
}

export function spectatingNote({ spectatorCount }: Board, slug: string): TemplateResult {
  const others = spectatorCount - 1;
  const company =
    others < 1 ? "" : others === 1 ? " One other watches with you." : ` ${others} others watch with you.`;
  return html`<p class="spectating">
    <span><strong>You are spectating.</strong>${company}</span>
    <a class="button" href=${lobbyAddress(slug)}>Stop watching</a>
  </p>`;
}

export interface Cards {
  readonly me: UserId;
  readonly winningScore: number;
  stakeOf(playerId: UserId): number;
  /** The server's clock, in milliseconds. */
  now(): number;
  /** A turn is about to run out; `mine`: the reader's own. */
  onWarning(mine: boolean): void;
}

export function playerCard(
  { shown, throwing }: Presentation,
  seat: "host" | "guest",
  { me, winningScore, stakeOf, now, onWarning }: Cards,
): TemplateResult {
  const isHost = seat === "host";
  const player = shown.players.find(({ id }) => (id === shown.hostId) === isHost);
  const score = player === undefined ? undefined : shown.game?.scores[player.id];
  const isOn = player !== undefined && throwing === null && shown.game?.currentTurn === player.id;
  return html`<player-card
    class=${seat}
    seat=${seat}
    .player=${player ?? null}
    .score=${score ?? null}
    .winningScore=${winningScore}
    .stake=${player === undefined ? 0 : stakeOf(player.id)}
    .me=${player?.id === me}
    .turn=${isOn}
    .winner=${player !== undefined && shown.result?.winner === player.id}
    .over=${shown.result !== null}
    .serverNow=${now}
    ><turn-clock
      slot="clock"
      .deadline=${isOn ? (shown.game?.turnDeadline ?? null) : null}
      .serverNow=${now}
      @turn-clock-warning=${() => onWarning(player?.id === me)}
    ></turn-clock
  ></player-card>`;
}

export function situationAtTable<State extends TableState, Event extends GameEvent>(
  game: TableGame<State, Event>,
  { shown, throwing }: Presentation<State, Event>,
  me: UserId,
): TemplateResult {
  const still = throwing === null;
  const mine = still && shown.game?.currentTurn === me;
  return html`<div class="situation">
    <h2 class=${mine ? "mine" : ""} tabindex="-1">
      ${still ? view(headline(shown, me)) : "The die is cast…"}
    </h2>
    <p>${still ? view(situation(game, shown, me)) : "\u00a0"}</p>
  </div>`;
}

export interface Talk {
  readonly isPlayer: boolean;
  readonly watching: boolean;
  readonly me: UserId;
  readonly messages: readonly ChatMessage[];
  readonly blocked: ReadonlySet<string>;
  readonly connection: RoomConnection | null;
}

/** Between the two who play, as soon as there are two; or among those who watch. */
export function chatAtTable({ roomId, game }: Board, talk: Talk): TemplateResult | typeof nothing {
  const { isPlayer, watching, me, messages, blocked, connection } = talk;
  if (watching && !isPlayer) {
    return html`<game-chat
      heading="Among those who watch"
      hint="The players see nothing of this, and nobody keeps it."
      label="Say something to those who watch"
      .closed=${me === "" ? signInToTalk() : ""}
      .draftKey=${draftAtTable(roomId)}
      .messages=${messages}
      .me=${me}
      .blocked=${blocked}
      .say=${(content: string) => connection?.sayToSpectators(roomId, content) ?? Promise.resolve()}
    ></game-chat>`;
  }
  if (!isPlayer || game === null) return nothing;
  return html`<game-chat
    .draftKey=${draftAtTable(roomId)}
    .messages=${messages}
    .me=${me}
    .say=${(content: string) => connection?.say(roomId, content) ?? Promise.resolve()}
  ></game-chat>`;
}

export function draftAtTable(roomId: string): string {
  return `table ${roomId}`;
}

function signInToTalk(): TemplateResult {
  const here = encodeURIComponent(location.pathname + location.search);
  return html`To talk, <a href="/login?next=${here}">sign in or play as a guest</a> first.`;
}

export function foot(board: Board, me: UserId, hasDice: boolean, onLeave: () => void): TemplateResult {
  const watching = board.spectatorCount;
  return html`<footer>
    ${hasDice ? seal(board, me) : nothing} ${watching === 0 ? nothing : html`<p>${watching} watching</p>`}
    ${
      board.status === "playing" && playerOf(board, me) !== undefined
        ? html`<button type="button" class="button quiet" @click=${onLeave}>Leave the game</button>`
        : nothing
    }
  </footer>`;
}

function seal({ status, serverSeedHash, game }: Board, me: UserId): TemplateResult {
  const mine = game?.clientSeeds[me];
  return html`<details>
    <summary>${status === "finished" ? "The seal is open" : "The dice are sealed"}</summary>
    <p>
      ${
        status === "finished"
          ? "The server's secret seed is shown now, and its hash was shown before the first roll: “Check the dice” computes every roll again."
          : "The server has drawn a secret seed and shows its hash before the first roll, so it cannot change the dice any more. When the game is over, the secret is shown and anybody can compute every roll again."
      }
    </p>
    <p>Hash <code>${serverSeedHash}</code></p>
    ${mine === undefined ? nothing : html`<p>Your own seed, mixed into every roll <code>${mine}</code></p>`}
  </details>`;
}
