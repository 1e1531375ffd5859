import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { RoomId, UserId } from "../../protocol/ids.ts";
import { CommandRefused } from "../../sockets/refusal.ts";
import { announce } from "../elements/announce.ts";
import { keepDraft, keptDraft } from "../elements/draft.ts";
import type { ChatMessage } from "../elements/game-chat.ts";
import { newClientSeed, recall, rememberClientSeed, rememberHash } from "../seed-memory.ts";
import { lobbyAddress, playAddress } from "./addresses.ts";
import { isOwn, playerOf } from "./board.ts";
import type { LeaveDialog } from "./leave-dialog.ts";
import type { Presentation } from "./presentation.ts";
import { calmMs, rollState, type Press, type RollState } from "./roll-state.ts";
import type { RoomConnection } from "./room-connection.ts";
import { moodOf } from "./result-banner.ts";
import { RoomFollower } from "./room-follower.ts";
import {
  chatAtTable,
  draftAtTable,
  foot,
  noRoom,
  playerCard,
  situationAtTable,
  spectatingNote,
} from "./room-views.ts";
import { RoomWatcher } from "./room-watcher.ts";
import { catchUp, tell } from "./sentences.ts";
import { soundOf } from "./sound-of.ts";
import { play } from "./sounds.ts";
import { buttons, shared } from "./styles.ts";
import type { Board, BoardEvent, GameEvent, TableGame, TableState } from "./table-game.ts";
import { tableStyles } from "./table-styles.ts";
import { TurnTitle } from "./turn-title.ts";
import { whyOffline } from "./why-offline.ts";

/** After this long without its event, a move that was acknowledged is looked up on the server. */
const eventWithinMs = 3000;
/** How long saying goodbye may keep somebody from the lobby. */
const farewellMs = 1500;
/** Chat messages kept on the page. */
const mostMessages = 500;

/**
 * `<…-game room-id user-id user-name>`: one room, from waiting for an opponent to the rematch, whatever is played in it.
 * A game extends it with what it alone can draw: its dice (or board), its moves, its history. The room comes by
 * room-follower.ts; this element draws it and asks for what the reader does.
 *
 * `Commands`: the payloads of the game's own commands, by type.
 *
 * @property connection the live connection; nothing happens before it is there
 * @fires rematch-started with `{newRoomId}` in `detail`; unless it is cancelled, the page goes there
 */
export abstract class TableElement<
  State extends TableState,
  Event extends GameEvent,
  Commands extends object,
> extends LitElement {
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
  /** The last press of a move's button that was not refused. */
  declare lastPress: (Press & { readonly type: string }) | null;
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

  /** What is played here. */
  readonly game: TableGame<State, Event>;

  readonly #title: TurnTitle;
  readonly #room: RoomFollower<State, Event>;
  readonly #watcher = new RoomWatcher(this, {
    watched: () =>
      this.watching && this.connection !== null
        ? { connection: this.connection, slug: this.game.slug, roomId: this.roomId }
        : null,
    onRefused: (reason) => {
      this.gone = reason;
      this.#announce(reason);
    },
  });
  #hadFocus = false;
  #calmTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(game: TableGame<State, Event>) {
    super();
    this.game = game;
    this.#title = new TurnTitle(document, game.name);
    this.#room = new RoomFollower(this, game, {
      onTold: (events, board) => this.#takeTold(events, board),
      onReplaced: (before, board) => this.#takeReplaced(before, board),
      onEvent: (event) => this.#takeEvent(event),
      onGone: (reason) => {
        if (this.watching) return void this.#watcher.ask();
        this.gone = reason === "gone" ? "It was closed, or you have left it." : "You have no seat in it.";
        this.#announce(`This room is not open. ${this.gone}`);
      },
    });
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

  // ---- What a game draws

  /** The middle of the table: dice, cards, a board. */
  protected abstract drawGame(presentation: Presentation<State, Event>): TemplateResult;
  /** The buttons of one's own moves, while the game is on. */
  protected abstract drawMoves(presentation: Presentation<State, Event>): TemplateResult;
  /** What was played so far, below the table; `nothing` where there is nothing to tell. */
  protected abstract drawHistory(board: Board<State>): TemplateResult | typeof nothing;
  /** Points of the open turn that a card shows as not one's own yet. */
  protected stakeOf(_state: State, _playerId: UserId): number {
    return 0;
  }

  /** Whether a move can be made now, and why not. */
  protected moveState(presentation: Presentation<State, Event>): RollState {
    const offline = whyOffline(this.#room.connectionState);
    return rollState(presentation, this.userId, this.lastPress, offline, performance.now());
  }

  /** Makes a move in the turn that is open, if it can be made now. `more`: what the command has beside room and turn. */
  protected async move<Type extends keyof Commands & string>(
    type: Type,
    more: Omit<Commands[Type], "roomId" | "turn">,
  ): Promise<void> {
    const { connection } = this;
    const { presentation } = this.#room;
    if (connection === null || presentation === null) return;
    const state = this.moveState(presentation);
    if (state.kind !== "ready") return;
    const { turn } = state;
    this.refusal = "";
    this.lastPress = { type, turn, at: performance.now() };
    clearTimeout(this.#calmTimer);
    this.#calmTimer = setTimeout(() => this.requestUpdate(), calmMs + 20);
    const accepted = await this.#ask(connection.play(type, { ...more, roomId: this.roomId, turn }));
    if (accepted) setTimeout(() => this.#lookUpMove(turn), eventWithinMs);
    else if (this.lastPress.turn === turn) this.lastPress = null;
  }

  // ---- The life of the element

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
    // Nobody can give up what is over.
    const status = this.#room.presentation?.shown.status;
    if (status !== "playing") this.renderRoot.querySelector<LeaveDialog>("leave-dialog")?.close();
    // Whoever was on a button that is gone goes on at the headline. Nobody else's focus moves (F16).
    if (this.#hadFocus && this.shadowRoot?.activeElement === null) this.focus();
  }

  /** The headline, which says how things stand; Tab goes on from there. */
  override focus(): void {
    void this.#focus("result-banner, .arena h2");
  }

  readonly #showTitle = (): void => {
    const turn = this.#room.presentation?.truth.game?.currentTurn;
    this.#title.show(document.hidden && turn === this.userId);
  };

  // ---- What happens

  #takeTold(events: readonly BoardEvent<Event>[], board: Board<State>): void {
    this.#announce(tell(this.game, events, board, this.userId));
    const sound = soundOf(this.game, events, board, this.userId);
    if (sound !== null) play(sound);
  }

  #takeEvent(event: BoardEvent<Event>): void {
    if (isOwn(this.game, event)) {
      const thrown = this.game.throwOf(event);
      if (thrown !== null && this.#room.presentation?.throwing?.turn === thrown.turn) play("throw");
    } else if (event.type === "games.event.rematch_started") {
      this.#goToRematch(event.newRoomId);
    } else if (
      event.type === "games.event.player_chat_message" ||
      event.type === "games.event.spectator_chat_message"
    ) {
      this.messages = [...this.messages, event].slice(-mostMessages);
    }
  }

  #takeReplaced(before: Board<State> | null, board: Board<State>): void {
    this.gone = "";
    // A hash that comes with the seed proves nothing.
    if (board.status !== "finished") rememberHash(board.roomId, board.serverSeedHash);
    if (before !== null) this.#announce(catchUp(this.game, before, board, this.userId));
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
    // Half a sentence goes on at the new table.
    keepDraft(draftAtTable(newRoomId), keptDraft(draftAtTable(this.roomId)));
    const event = new CustomEvent("rematch-started", {
      detail: { newRoomId },
      bubbles: true,
      composed: true,
      cancelable: true,
    });
    const address = playAddress(this.game.slug, newRoomId);
    if (this.dispatchEvent(event)) location.assign(this.watching ? `${address}?watch` : address);
  }

  // ---- What the reader does

  /** The server took the move, but its event has not come. */
  #lookUpMove(turn: number): void {
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
    if (left && waiting) location.assign(lobbyAddress(this.game.slug));
  }

  /** Says goodbye, so that nobody waits for a rematch; but nobody waits for the goodbye. */
  #backToLobby(event: globalThis.Event): void {
    const board = this.#room.presentation?.truth;
    const isMissed = board?.rematch.kind === "open" && playerOf(board, this.userId) !== undefined;
    if (!isMissed || this.connection === null) return;
    event.preventDefault();
    const farewell = this.connection.leave(this.roomId).catch(() => {});
    const patience = new Promise((resolve) => setTimeout(resolve, farewellMs));
    void Promise.race([farewell, patience]).then(() => location.assign(lobbyAddress(this.game.slug)));
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
    const { presentation, connectionState } = this.#room;
    return html`<div class="room">
      ${
        presentation === null ? noRoom(this.gone, connectionState, this.game.slug) : this.#board(presentation)
      }
    </div>`;
  }

  #board(presentation: Presentation<State, Event>): TemplateResult {
    const { shown, truth } = presentation;
    const isPlayer = playerOf(shown, this.userId) !== undefined;
    return html`
      ${this.watching ? spectatingNote(shown, this.game.slug) : nothing}
      <div class="players">
        ${this.#card(presentation, "host")} ${this.#card(presentation, "guest")}
        <section
          class="arena"
          aria-label="Board"
          data-mood=${shown.status === "waiting" ? "wait" : (moodOf(shown, this.userId) ?? nothing)}
        >
          ${shown.result === null ? this.#situation(presentation) : this.#result(shown)}
          ${shown.game === null ? nothing : this.drawGame(presentation)}
          ${this.#actions(presentation, isPlayer)}
          ${this.refusal === "" ? nothing : html`<p class="refusal">${this.refusal}</p>`}
        </section>
      </div>
      <div class="beside">${this.drawHistory(shown)} ${this.#chat(shown, isPlayer)}</div>
      ${this.#diceCheck(truth)} ${foot(shown, this.userId, this.game.dice !== null, () => this.#askToLeave())}
      <leave-dialog @leave=${this.#leave}></leave-dialog>
    `;
  }

  #card(presentation: Presentation<State, Event>, seat: "host" | "guest"): TemplateResult {
    const { winningScore } = this.game;
    const stakeOf = (playerId: UserId): number => {
      const { game } = presentation.shown;
      return game === null ? 0 : this.stakeOf(game, playerId);
    };
    return playerCard(presentation, seat, {
      me: this.userId,
      winningScore,
      stakeOf,
      now: this.#serverNow,
      onWarning: (mine) => {
        if (mine) this.#announce("10 seconds left in your turn.");
      },
    });
  }

  readonly #serverNow = (): number => this.connection?.serverNow() ?? Date.now();

  #situation(presentation: Presentation<State, Event>): TemplateResult {
    return situationAtTable(this.game, presentation, this.userId);
  }

  #result(shown: Board<State>): TemplateResult {
    return html`<result-banner .game=${this.game} .board=${shown} .me=${this.userId}></result-banner>`;
  }

  #actions(presentation: Presentation<State, Event>, isPlayer: boolean): TemplateResult {
    const { shown } = presentation;
    switch (shown.status) {
      case "waiting":
        return isPlayer
          ? html`<button type="button" class="button" @click=${this.#leave}>Leave the room</button>`
          : html``;
      case "playing":
        return isPlayer ? this.drawMoves(presentation) : html``;
      case "finished":
        return html`<after-game
          .slug=${this.game.slug}
          .checkable=${this.game.dice !== null}
          .board=${shown}
          .me=${this.userId}
          .asking=${this.asksRematch}
          .checking=${this.checking}
          @rematch=${this.#offerRematch}
          @check-dice=${this.#checkDice}
          @back=${this.#backToLobby}
        ></after-game>`;
      case "closed":
        return html`<a class="button primary" href=${lobbyAddress(this.game.slug)}>Back to the lobby</a>`;
    }
  }

  #diceCheck({ roomId, game }: Board<State>): TemplateResult | typeof nothing {
    if (!this.checking || game === null || this.game.dice === null) return nothing;
    return html`<dice-check
      .rules=${this.game.dice}
      .roomId=${roomId}
      .me=${this.userId}
      .seen=${this.game.rollsOf(game)}
      @dice-checked=${(event: CustomEvent<string>) => this.#announce(event.detail)}
    ></dice-check>`;
  }

  #chat(shown: Board<State>, isPlayer: boolean): TemplateResult | typeof nothing {
    return chatAtTable(shown, {
      isPlayer,
      watching: this.watching,
      me: this.userId,
      messages: this.messages,
      blocked: this.blocked,
      connection: this.connection,
    });
  }

  static override styles = [shared, buttons, tableStyles];
}

/** Under this name a tab keeps the seed for the rematch of a room, until that has an id of its own. */
function rematchOf(roomId: RoomId): string {
  return `rematch-of-${roomId}`;
}
