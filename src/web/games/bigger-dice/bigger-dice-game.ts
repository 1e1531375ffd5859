import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { CommandRefused } from "../../../sockets/refusal.ts";
import type { ChatMessage } from "../../elements/game-chat.ts";
import type { ConnectionState } from "../../../sockets/types.ts";
import type { RoomId, UserId } from "../../../protocol/ids.ts";
import { announce } from "../../elements/announce.ts";
import { lobbyAddress, playAddress } from "./addresses.ts";
import { boardStyles } from "./board-styles.ts";
import { playerOf, rollsOf, type Board, type BoardEvent } from "./board.ts";
import type { LeaveDialog } from "./leave-dialog.ts";
import type { Presentation } from "./presentation.ts";
import type { RoomConnection } from "./room-connection.ts";
import { RoomFollower } from "./room-follower.ts";
import { RoomWatcher } from "./room-watcher.ts";
import { calmMs, rollState, type Press, type RollState } from "./roll-state.ts";
import { newClientSeed, recall, rememberClientSeed, rememberHash } from "../../seed-memory.ts";
import { catchUp, headline, situation, tell } from "./sentences.ts";
import { view } from "./sentence-view.ts";
import { play, soundOf } from "./sounds.ts";
import { buttons, shared } from "./styles.ts";
import { TurnTitle } from "./turn-title.ts";

/** After this long without its event, a roll that was acknowledged is looked up on the server. */
const eventWithinMs = 3000;
/** How long saying goodbye may keep somebody from the lobby. */
const farewellMs = 1500;
/** Chat messages kept on the page. */
const mostMessages = 500;

/**
 * `<bigger-dice-game room-id user-id user-name>`: the board of one room, from waiting for an opponent to the rematch.
 * The room comes by room-follower.ts; this element draws it and asks for what the reader does.
 *
 * @property connection the live connection; nothing happens before it is there
 * @fires rematch-started with `{newRoomId}` in `detail`; unless it is cancelled, the page goes there
 */
export class BiggerDiceGame extends LitElement {
  static override properties = {
    roomId: { attribute: "room-id" },
    userId: { attribute: "user-id" },
    userName: { attribute: "user-name" },
    connection: { attribute: false },
    lastPress: { state: true },
    gone: { state: true },
    refusal: { state: true },
    asksRematch: { state: true },
    checking: { state: true },
    messages: { state: true },
    watching: { type: Boolean },
    blocked: { attribute: false },
  };

  declare roomId: RoomId;
  declare userId: UserId;
  declare userName: string;
  declare connection: RoomConnection | null;
  /** The last press of the roll button that was not refused. */
  declare lastPress: Press | null;
  /** Why there is no room to show; "" where there is one, or it is not known yet. */
  declare gone: string;
  /** The last refusal, in words, until the next action. */
  declare refusal: string;
  declare asksRematch: boolean;
  declare checking: boolean;
  /** What the players have said while this page was open. */
  declare messages: readonly ChatMessage[];
  /** This page was opened to watch. */
  declare watching: boolean;
  /** Those whose words are folded away. */
  declare blocked: ReadonlySet<string>;

  readonly #title = new TurnTitle(document);
  readonly #room = new RoomFollower(this, {
    onTold: (events, board) => {
      this.#announce(tell(events, board, this.userId));
      const sound = soundOf(events, board, this.userId);
      if (sound !== null) play(sound);
    },
    onReplaced: (before, board) => this.#takeReplaced(before, board),
    onEvent: (event) => {
      if (this.#room.presentation?.throwing?.turn === turnOf(event)) play("throw");
      if (event.type === "games.event.rematch_started") this.#goToRematch(event.newRoomId);
      const isChat =
        event.type === "games.event.player_chat_message" ||
        event.type === "games.event.spectator_chat_message";
      if (isChat) this.messages = [...this.messages, event].slice(-mostMessages);
    },
    onGone: (reason) => {
      if (this.watching) return void this.#watcher.ask();
      this.gone = reason === "gone" ? "It was closed, or you have left it." : "You have no seat in it.";
      this.#announce(`This room is not open. ${this.gone}`);
    },
  });
  readonly #watcher = new RoomWatcher(this, {
    watched: () =>
      this.watching && this.connection !== null ? { connection: this.connection, roomId: this.roomId } : null,
    onRefused: (reason) => {
      this.gone = reason;
      this.#announce(reason);
    },
  });
  #hadFocus = false;
  #calmTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.userName = "";
    this.connection = null;
    this.lastPress = null;
    this.gone = "";
    this.refusal = "";
    this.asksRematch = false;
    this.checking = false;
    this.messages = [];
    this.watching = false;
    this.blocked = new Set();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#showTitle);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#showTitle);
    clearTimeout(this.#calmTimer);
    this.#title.show(false);
  }

  protected override willUpdate(_changed: PropertyValues<this>): void {
    this.#hadFocus = this.renderRoot.contains(this.shadowRoot?.activeElement ?? null);
    if (this.connection === null) return;
    const isNew = this.#room.follow(this.connection, this.roomId);
    if (isNew) void this.#watcher.ask();
  }

  protected override updated(_changed: PropertyValues<this>): void {
    this.#showTitle();
    // Whoever was on a button that is gone goes on at the headline. Nobody else's focus moves (F16).
    if (this.#hadFocus && this.shadowRoot?.activeElement === null) this.focus();
  }

  /** The headline, which says how things stand; Tab goes on from there. */
  override focus(): void {
    void this.#focus("result-banner, .situation h2");
  }

  readonly #showTitle = (): void => {
    const turn = this.#room.presentation?.truth.game?.currentTurn;
    this.#title.show(document.hidden && turn === this.userId);
  };

  // ---- What happens

  #takeReplaced(before: Board | null, board: Board): void {
    this.gone = "";
    // A hash that comes with the seed proves nothing.
    if (board.status !== "finished") rememberHash(board.roomId, board.serverSeedHash);
    if (before !== null) this.#announce(catchUp(before, board, this.userId));
  }

  #announce(sentence: string): void {
    if (sentence !== "") announce(sentence);
  }

  async #focus(selector: string): Promise<void> {
    await this.updateComplete;
    const element = this.renderRoot.querySelector<HTMLElement>(selector);
    if (element instanceof LitElement) await element.updateComplete;
    element?.focus();
  }

  #goToRematch(newRoomId: RoomId): void {
    const seed = recall(rematchOf(this.roomId)).clientSeed;
    if (seed !== null) rememberClientSeed(newRoomId, seed);
    const event = new CustomEvent("rematch-started", {
      detail: { newRoomId },
      bubbles: true,
      composed: true,
      cancelable: true,
    });
    const address = playAddress(newRoomId);
    if (this.dispatchEvent(event)) location.assign(this.watching ? `${address}?watch` : address);
  }

  // ---- What the reader does

  #rollState(presentation: Presentation): RollState {
    const offline = whyOffline(this.#room.connectionState);
    return rollState(presentation, this.userId, this.lastPress, offline, performance.now());
  }

  async #roll(): Promise<void> {
    const { connection } = this;
    const { presentation } = this.#room;
    if (connection === null || presentation === null) return;
    const state = this.#rollState(presentation);
    if (state.kind !== "ready") return;
    this.refusal = "";
    this.lastPress = { turn: state.turn, at: performance.now() };
    clearTimeout(this.#calmTimer);
    this.#calmTimer = setTimeout(() => this.requestUpdate(), calmMs + 20);
    const accepted = await this.#ask(connection.roll(this.roomId, state.turn));
    if (accepted) setTimeout(() => this.#lookUpRoll(state.turn), eventWithinMs);
    else if (this.lastPress.turn === state.turn) this.lastPress = null;
  }

  /** The server took the roll, but its event has not come. */
  #lookUpRoll(turn: number): void {
    if (this.isConnected && this.#room.presentation?.truth.game?.turn === turn) this.#resync();
  }

  /** Says a refusal in words. Resolves with whether it was accepted. */
  async #ask(outcome: Promise<unknown>): Promise<boolean> {
    try {
      await outcome;
      return true;
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
      this.refusal = error.message;
      this.#announce(error.message);
      if (error.action === "resync" || error.code === "NOT_YOUR_TURN") this.#resync();
      return false;
    }
  }

  #resync(): void {
    // Where even that is refused, the feed asks again when the connection is back.
    this.connection?.resync().catch(() => {});
  }

  async #offerRematch(): Promise<void> {
    const { connection } = this;
    if (connection === null || this.asksRematch) return;
    this.asksRematch = true;
    this.refusal = "";
    const seed = newClientSeed();
    // The new room has no id yet; it inherits this seed when it has one.
    rememberClientSeed(rematchOf(this.roomId), seed);
    await this.#ask(connection.rematch(this.roomId, seed));
    this.asksRematch = false;
  }

  async #leave(): Promise<void> {
    const { connection } = this;
    if (connection === null) return;
    this.refusal = "";
    const waiting = this.#room.presentation?.truth.status === "waiting";
    const left = await this.#ask(connection.leave(this.roomId));
    if (left && waiting) location.assign(lobbyAddress);
  }

  /** Says goodbye, so that nobody waits for a rematch; but nobody waits for the goodbye. */
  #backToLobby(event: Event): void {
    const board = this.#room.presentation?.truth;
    const isMissed = board?.rematch.kind === "open" && playerOf(board, this.userId) !== undefined;
    if (!isMissed || this.connection === null) return;
    event.preventDefault();
    const farewell = this.connection.leave(this.roomId).catch(() => {});
    const patience = new Promise((resolve) => setTimeout(resolve, farewellMs));
    void Promise.race([farewell, patience]).then(() => location.assign(lobbyAddress));
  }

  #checkDice(): void {
    this.checking = true;
    void this.#focus("dice-check");
  }

  #askToLeave(): void {
    this.renderRoot.querySelector<LeaveDialog>("leave-dialog")?.open();
  }

  // ---- What is drawn

  protected override render(): TemplateResult {
    const { presentation } = this.#room;
    return html`<div class="room">
      ${presentation === null ? this.#noRoom() : this.#board(presentation)}
    </div>`;
  }

  #noRoom(): TemplateResult {
    const state = this.#room.connectionState;
    // While all is well there is one sentence, so that nothing moves when the connection is there.
    const opening = state.name === "live" || state.name === "connecting" ? null : whyOffline(state);
    return this.gone === ""
      ? html`<section class="arena"><p class="muted">${opening ?? "Setting the table…"}</p></section>`
      : html`<section class="arena">
          <h2>This room is not open</h2>
          <p>${this.gone}</p>
          <a class="button primary" href=${lobbyAddress}>Back to the lobby</a>
        </section>`;
  }

  #board(presentation: Presentation): TemplateResult {
    const { shown, truth } = presentation;
    const names = Object.fromEntries(shown.players.map(({ id, name }) => [id, name]));
    return html`
      ${this.watching ? this.#spectating(shown) : nothing}
      <div class="players">
        ${this.#card(presentation, "host")} ${this.#card(presentation, "guest")}
        <section class="arena" aria-label="Board">
          ${
            shown.result === null
              ? this.#situation(presentation)
              : html`<result-banner .board=${shown} .me=${this.userId}></result-banner>`
          }
          <dice-table
            .presentation=${presentation}
            .me=${this.userId}
            ?hidden=${shown.game === null}
          ></dice-table>
          ${this.#actions(presentation)}
          ${this.refusal === "" ? nothing : html`<p class="refusal">${this.refusal}</p>`}
        </section>
      </div>
      ${
        this.checking && truth.game !== null
          ? html`<dice-check
              .roomId=${shown.roomId}
              .me=${this.userId}
              .seen=${rollsOf(truth.game)}
              @dice-checked=${(event: CustomEvent<string>) => this.#announce(event.detail)}
            ></dice-check>`
          : nothing
      }
      <score-board .game=${shown.game} .names=${names} ?hidden=${!hasRounds(shown)}></score-board>
      ${this.#chat(shown)} ${this.#foot(shown)}
      <leave-dialog @leave=${this.#leave}></leave-dialog>
    `;
  }

  #card({ shown, throwing }: Presentation, seat: "host" | "guest"): TemplateResult {
    const isHost = seat === "host";
    const player = shown.players.find(({ id }) => (id === shown.hostId) === isHost);
    const score = player === undefined ? undefined : shown.game?.scores[player.id];
    return html`<player-card
      class=${seat}
      seat=${seat}
      .player=${player ?? null}
      .score=${score ?? null}
      .me=${player?.id === this.userId}
      .turn=${player !== undefined && throwing === null && shown.game?.currentTurn === player.id}
      .winner=${player !== undefined && shown.result?.winner === player.id}
      .over=${shown.result !== null}
      .serverNow=${this.#serverNow}
    ></player-card>`;
  }

  #spectating({ spectatorCount }: Board): TemplateResult {
    const others = spectatorCount - 1;
    const company =
      others < 1 ? "" : others === 1 ? " One other watches with you." : ` ${others} others watch with you.`;
    return html`<p class="spectating">
      <span><strong>You are spectating.</strong>${company}</span>
      <a class="button" href=${lobbyAddress}>Stop watching</a>
    </p>`;
  }

  /** Between the two who play, as soon as there are two. */
  #chat(shown: Board): TemplateResult | typeof nothing {
    const isPlayer = playerOf(shown, this.userId) !== undefined;
    if (this.watching && !isPlayer) {
      return html`<game-chat
        heading="Among those who watch"
        hint="The players see nothing of this, and nobody keeps it."
        label="Say something to those who watch"
        .closed=${this.userId === "" ? signInToTalk() : ""}
        .messages=${this.messages}
        .me=${this.userId}
        .blocked=${this.blocked}
        .say=${(content: string) =>
          this.connection?.sayToSpectators(this.roomId, content) ?? Promise.resolve()}
      ></game-chat>`;
    }
    if (!isPlayer || shown.game === null) return nothing;
    return html`<game-chat
      .messages=${this.messages}
      .me=${this.userId}
      .say=${(content: string) => this.connection?.say(this.roomId, content) ?? Promise.resolve()}
    ></game-chat>`;
  }

  readonly #serverNow = (): number => this.connection?.serverNow() ?? Date.now();

  #situation({ shown, throwing }: Presentation): TemplateResult {
    const still = throwing === null;
    const mine = still && shown.game?.currentTurn === this.userId;
    return html`<div class="situation">
      <div>
        <h2 class=${mine ? "mine" : ""} tabindex="-1">
          ${still ? view(headline(shown, this.userId)) : "The die is cast…"}
        </h2>
        <p>${still ? view(situation(shown, this.userId)) : "\u00a0"}</p>
      </div>
      <turn-clock
        .deadline=${still ? (shown.game?.turnDeadline ?? null) : null}
        .serverNow=${this.#serverNow}
        @turn-clock-warning=${() => mine && this.#announce("10 seconds left to roll.")}
      ></turn-clock>
    </div>`;
  }

  #actions(presentation: Presentation): TemplateResult {
    const { shown } = presentation;
    const isPlayer = playerOf(shown, this.userId) !== undefined;
    switch (shown.status) {
      case "waiting":
        return isPlayer
          ? html`<button type="button" class="button" @click=${this.#leave}>Leave the room</button>`
          : html``;
      case "playing":
        return isPlayer
          ? this.#rollButton(presentation)
          : html`<p class="muted">You are watching this game.</p>`;
      case "finished":
        return html`<after-game
          .board=${shown}
          .me=${this.userId}
          .asking=${this.asksRematch}
          .checking=${this.checking}
          @rematch=${this.#offerRematch}
          @check-dice=${this.#checkDice}
          @back=${this.#backToLobby}
        ></after-game>`;
      case "closed":
        return html`<a class="button primary" href=${lobbyAddress}>Back to the lobby</a>`;
    }
  }

  #rollButton(presentation: Presentation): TemplateResult {
    const state = this.#rollState(presentation);
    return html`<roll-button
      .ready=${state.kind === "ready"}
      .label=${state.kind === "rolling" ? "Rolling…" : "Roll"}
      .reason=${state.kind === "blocked" ? state.reason : ""}
      .evident=${state.kind !== "blocked" || state.evident}
      @roll=${this.#roll}
    ></roll-button>`;
  }

  #foot(board: Board): TemplateResult {
    const mine = board.game?.clientSeeds[this.userId];
    const watching = board.spectatorCount;
    return html`<footer>
      <details>
        <summary>${board.status === "finished" ? "The seal is open" : "The dice are sealed"}</summary>
        <p>
          ${
            board.status === "finished"
              ? "The server's secret seed is shown now, and its hash was shown before the first roll: “Check the dice” computes every roll again."
              : "The server has drawn a secret seed and shows its hash before the first roll, so it cannot change the dice any more. When the game is over, the secret is shown and anybody can compute every roll again."
          }
        </p>
        <p>Hash <code>${board.serverSeedHash}</code></p>
        ${mine === undefined ? nothing : html`<p>Your own seed, mixed into every roll <code>${mine}</code></p>`}
      </details>
      <sound-switch></sound-switch>
      ${watching === 0 ? nothing : html`<p>${watching} watching</p>`}
      ${
        board.status === "playing" && playerOf(board, this.userId) !== undefined
          ? html`<button type="button" class="button quiet" @click=${this.#askToLeave}>
              Leave the game
            </button>`
          : nothing
      }
    </footer>`;
  }

  static override styles = [shared, buttons, boardStyles];
}

/** Whether there is anything to tell of its rounds, or will be. */
function hasRounds({ game, result }: Board): boolean {
  return game !== null && (result === null || rollsOf(game).length > 0);
}

function signInToTalk(): TemplateResult {
  const here = encodeURIComponent(location.pathname + location.search);
  return html`To talk, <a href="/login?next=${here}">sign in or play as a guest</a> first.`;
}

/** The number of the roll that an event is; null for every other event. */
function turnOf(event: BoardEvent): number | null {
  return event.type === "games.event.bigger_dice.rolled" ? event.turn : null;
}

/** Under this name a tab keeps the seed for the rematch of a room, until that has an id of its own. */
function rematchOf(roomId: RoomId): string {
  return `rematch-of-${roomId}`;
}

/** Why nothing can be sent; null while the connection is live. */
function whyOffline(state: ConnectionState): string | null {
  switch (state.name) {
    case "live":
      return null;
    case "connecting":
      return "Connecting…";
    case "reconnecting":
      return "Connecting again: you can go on as soon as you are back.";
    case "unreachable":
      return `There is no live connection. ${state.why}`;
    case "signed_out":
      return state.message;
    case "closed":
      return "This page stands still: load it again to go on.";
  }
}
