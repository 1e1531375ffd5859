/** Follows one room on the live connection, and keeps what is shown of it up to date. */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { GoneReason } from "../../sockets/room-feed.ts";
import type { AnyEventFrame, ConnectionState } from "../../sockets/types.ts";
import type { RoomId } from "../../protocol/ids.ts";
import type { RoomSnapshot } from "../../protocol/room-shapes.ts";
import { asBoardEvent, boardOf } from "./board.ts";
import { advance, present, receive, showAll, type Presentation, type Step } from "./presentation.ts";
import type { RoomConnection } from "./room-connection.ts";
import type { Board, BoardEvent, GameEvent, TableGame, TableState } from "./table-game.ts";

export interface RoomFollowerHandlers<State extends TableState, Event extends GameEvent> {
  /** These events are shown on `board` now. */
  onTold(events: readonly BoardEvent<Event>[], board: Board<State>): void;
  /** A snapshot has taken the place of what was shown. */
  onReplaced(before: Board<State> | null, board: Board<State>): void;
  /** An event has arrived; it may not be shown yet. */
  onEvent(event: BoardEvent<Event>): void;
  onGone(reason: GoneReason): void;
}

export class RoomFollower<State extends TableState, Event extends GameEvent> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #game: TableGame<State, Event>;
  readonly #handlers: RoomFollowerHandlers<State, Event>;
  readonly #reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  #presentation: Presentation<State, Event> | null = null;
  #connectionState: ConnectionState = { name: "connecting" };
  #target: { readonly connection: RoomConnection; readonly roomId: RoomId } | null = null;
  #stop: (() => void) | null = null;
  #settleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    host: ReactiveControllerHost,
    game: TableGame<State, Event>,
    handlers: RoomFollowerHandlers<State, Event>,
  ) {
    this.#host = host;
    this.#game = game;
    this.#handlers = handlers;
    host.addController(this);
  }

  /** null: nothing is known of the room, or it is gone. */
  get presentation(): Presentation<State, Event> | null {
    return this.#presentation;
  }

  get connectionState(): ConnectionState {
    return this.#connectionState;
  }

  /** From now on, this room on this connection. False where it was so before. */
  follow(connection: RoomConnection, roomId: RoomId): boolean {
    if (this.#target?.connection === connection && this.#target.roomId === roomId) return false;
    if (this.#target?.roomId !== roomId) this.#presentation = null;
    this.#target = { connection, roomId };
    this.#restart();
    return true;
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.#onVisibility);
    this.#restart();
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#stop?.();
    this.#stop = null;
    clearTimeout(this.#settleTimer);
  }

  #restart(): void {
    this.#stop?.();
    if (this.#target === null) return;
    const { connection, roomId } = this.#target;
    const endState = connection.onState((state) => {
      this.#connectionState = state;
      this.#host.requestUpdate();
    });
    const endRoom = connection.follow(roomId, {
      onSnapshot: (room) => this.#takeSnapshot(room),
      onEvent: (event) => this.#takeEvent(event),
      onGone: (reason) => this.#takeGone(reason),
    });
    this.#stop = () => {
      endState();
      endRoom();
    };
  }

  // A hidden page shows nothing, so it has nothing to play back when it is seen again (F20).
  readonly #onVisibility = (): void => {
    if (this.#presentation !== null) this.#show(showAll(this.#presentation));
  };

  #takeSnapshot(room: RoomSnapshot): void {
    const before = this.#presentation?.shown ?? null;
    const board = boardOf(this.#game, room);
    this.#show({ presentation: present(board), told: [] });
    this.#handlers.onReplaced(before, board);
  }

  #takeEvent(frame: AnyEventFrame): void {
    if (this.#presentation === null) return;
    const event = asBoardEvent<Event>(frame);
    const animate = !document.hidden && !this.#reducedMotion.matches;
    this.#show(receive(this.#game, this.#presentation, event, performance.now(), animate));
    this.#handlers.onEvent(event);
  }

  /** A finished board stays where it is: whoever has left the room may still read it. */
  #takeGone(reason: GoneReason): void {
    const status = this.#presentation?.truth.status;
    if (status === "finished" || status === "closed") return;
    this.#presentation = null;
    this.#host.requestUpdate();
    this.#handlers.onGone(reason);
  }

  #show({ presentation, told }: Step<State, Event>): void {
    this.#presentation = presentation;
    this.#host.requestUpdate();
    clearTimeout(this.#settleTimer);
    const { throwing } = presentation;
    if (throwing !== null) {
      this.#settleTimer = setTimeout(() => this.#settle(), throwing.endsAt - performance.now());
    }
    if (told.length > 0) this.#handlers.onTold(told, presentation.shown);
  }

  #settle(): void {
    const throwing = this.#presentation?.throwing ?? null;
    if (this.#presentation === null || throwing === null) return;
    // A timer may fire a hair early: the throw is over all the same.
    const now = Math.max(performance.now(), throwing.endsAt);
    this.#show(advance(this.#presentation, now));
  }
}
