import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { RoomId, UserId } from "../../protocol/ids.ts";
import { announce } from "../elements/announce.ts";
import { keepDraft, keptDraft } from "../elements/draft.ts";
import type { ChatMessage } from "../elements/game-chat.ts";
import { rememberHash } from "../seed-memory.ts";
import { lobbyAddress, playAddress } from "./addresses.ts";
import { isOwn, playerOf } from "./board.ts";
import type { LeaveDialog } from "./leave-dialog.ts";
import type { Presentation } from "./presentation.ts";
import { rollState, type RollState } from "./roll-state.ts";
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
import { handOnSeed, TableRequests } from "./table-requests.ts";
import { tableStyles } from "./table-styles.ts";
import { TurnTitle } from "./turn-title.ts";
import { whyOffline } from "./why-offline.ts";

/** Chat messages kept on the page. */
const mostMessages = 500;

/**
 * `<…-game room-id user-id user-name>`: one room, from waiting for an opponent to the rematch, whatever is played in it.
 * A game extends it with what it alone can draw: its dice (or board), its moves, its history. The room comes by
 * room-follower.ts, and what the reader does goes out by table-requests.ts; this element draws it.
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
    gone: { state: true },
    checking: { state: true },
    messages: { state: true },
    watching: { type: Boolean },
    blocked: { attribute: false },
  };

  declare roomId: RoomId;
  declare userId: UserId;
  declare userName: string;
  declare connection: RoomConnection | null;
  /** Why there is no room to show; "" where there is one, or it is not known yet. */
  declare gone: string;
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
  readonly #requests = new TableRequests(this, {
    asked: () => (this.connection === null ? null : { connection: this.connection, roomId: this.roomId }),
    openTurn: () => this.#room.presentation?.truth.game?.turn,
    onRefused: (reason) => this.#announce(reason),
  });
  #hadFocus = false;

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
    this.gone = "";
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

  /** The type of the last move that was pressed and not refused. */
  protected get pressedMove(): string | undefined {
    return this.#requests.lastPress?.type;
  }

  /** Whether a move can be made now, and why not. */
  protected moveState(presentation: Presentation<State, Event>): RollState {
    const offline = whyOffline(this.#room.connectionState);
    return rollState(presentation, this.userId, this.#requests.lastPress, offline, performance.now());
  }

  /** Makes a move in the turn that is open, if it can be made now. `more`: what the command has beside room and turn. */
  protected async move<Type extends keyof Commands & string>(
    type: Type,
    more: Omit<Commands[Type], "roomId" | "turn">,
  ): Promise<void> {
    const { presentation } = this.#room;
    if (presentation === null) return;
    const state = this.moveState(presentation);
    if (state.kind === "ready") await this.#requests.move(type, more, state.turn);
  }

  // ---- The life of the element

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#showTitle);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#showTitle);
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
    handOnSeed(this.roomId, newRoomId);
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

  async #leave(): Promise<void> {
    const waiting = this.#room.presentation?.truth.status === "waiting";
    const left = await this.#requests.leave();
    if (left && waiting) location.assign(lobbyAddress(this.game.slug));
  }

  /** Says goodbye first, so that nobody waits for a rematch. */
  #backToLobby(event: globalThis.Event): void {
    const board = this.#room.presentation?.truth;
    const isMissed = board?.rematch.kind === "open" && playerOf(board, this.userId) !== undefined;
    if (!isMissed || this.connection === null) return;
    event.preventDefault();
    void this.#requests.sayGoodbye().then(() => location.assign(lobbyAddress(this.game.slug)));
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
    const { refusal } = this.#requests;
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
          ${refusal === "" ? nothing : html`<p class="refusal">${refusal}</p>`}
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
          .asking=${this.#requests.asksRematch}
          .checking=${this.checking}
          @rematch=${() => this.#requests.offerRematch()}
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
