/** What the reader asks for at a table: a move, a rematch, to leave. Remembers what is under way, and what was refused. */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { RoomId } from "../../protocol/ids.ts";
import { CommandRefused } from "../../sockets/refusal.ts";
import { newClientSeed, recall, rememberClientSeed } from "../seed-memory.ts";
import { calmMs, type Press } from "./roll-state.ts";
import type { RoomConnection } from "./room-connection.ts";

/** After this long without its event, a move that was acknowledged is looked up on the server. */
const eventWithinMs = 3000;
/** How long saying goodbye may keep somebody from the lobby. */
const farewellMs = 1500;

export interface TableRequestsHandlers {
  /** Whom to ask; null before the connection is there. */
  asked(): { readonly connection: RoomConnection; readonly roomId: RoomId } | null;
  /** The turn that is open, as far as the server has told; undefined where there is none. */
  openTurn(): number | undefined;
  /** `reason` in words. */
  onRefused(reason: string): void;
}

export class TableRequests implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #handlers: TableRequestsHandlers;
  #lastPress: (Press & { readonly type: string }) | null = null;
  #refusal = "";
  #asksRematch = false;
  #isConnected = false;
  #calmTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: ReactiveControllerHost, handlers: TableRequestsHandlers) {
    this.#host = host;
    this.#handlers = handlers;
    host.addController(this);
  }

  /** The last press of a move's button that was not refused. */
  get lastPress(): (Press & { readonly type: string }) | null {
    return this.#lastPress;
  }

  /** The last refusal, in words, until the next action. */
  get refusal(): string {
    return this.#refusal;
  }

  get asksRematch(): boolean {
    return this.#asksRematch;
  }

  hostConnected(): void {
    this.#isConnected = true;
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    clearTimeout(this.#calmTimer);
  }

  /** Makes a move in this turn. `more`: what the command has beside room and turn. */
  async move(type: string, more: object, turn: number): Promise<void> {
    const asked = this.#begin();
    if (asked === null) return;
    const { connection, roomId } = asked;
    this.#lastPress = { type, turn, at: performance.now() };
    clearTimeout(this.#calmTimer);
    this.#calmTimer = setTimeout(() => this.#host.requestUpdate(), calmMs + 20);
    const accepted = await this.#accepted(connection.play(type, { ...more, roomId, turn }));
    if (accepted) setTimeout(() => this.#lookUpMove(turn), eventWithinMs);
    else if (this.#lastPress?.turn === turn) {
      this.#lastPress = null;
      this.#host.requestUpdate();
    }
  }

  async offerRematch(): Promise<void> {
    if (this.#asksRematch) return;
    const asked = this.#begin();
    if (asked === null) return;
    const { connection, roomId } = asked;
    this.#asksRematch = true;
    const seed = newClientSeed();
    // The new room has no id yet; it inherits this seed when it has one.
    rememberClientSeed(rematchOf(roomId), seed);
    await this.#accepted(connection.rematch(roomId, seed));
    this.#asksRematch = false;
    this.#host.requestUpdate();
  }

  /** Resolves with whether the reader has left. */
  async leave(): Promise<boolean> {
    const asked = this.#begin();
    return asked !== null && (await this.#accepted(asked.connection.leave(asked.roomId)));
  }

  /** Leaves, so that nobody waits for a rematch; but nobody waits long for this to resolve. */
  async sayGoodbye(): Promise<void> {
    const asked = this.#handlers.asked();
    const farewell = asked?.connection.leave(asked.roomId).catch(() => {});
    const patience = new Promise((resolve) => setTimeout(resolve, farewellMs));
    await Promise.race([farewell, patience]);
  }

  /** A new action: the refusal of the last one is no more. */
  #begin(): ReturnType<TableRequestsHandlers["asked"]> {
    const asked = this.#handlers.asked();
    if (asked !== null) {
      this.#refusal = "";
      this.#host.requestUpdate();
    }
    return asked;
  }

  /** Says a refusal in words. */
  async #accepted(outcome: Promise<unknown>): Promise<boolean> {
    try {
      await outcome;
      return true;
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
      this.#refusal = error.message;
      this.#host.requestUpdate();
      this.#handlers.onRefused(error.message);
      if (error.action === "resync" || error.code === "NOT_YOUR_TURN") this.#resync();
      return false;
    }
  }

  /** The server took the move, but its event has not come. */
  #lookUpMove(turn: number): void {
    if (this.#isConnected && this.#handlers.openTurn() === turn) this.#resync();
  }

  #resync(): void {
    // Where even that is refused, the feed asks again when the connection is back.
    this.#handlers
      .asked()
      ?.connection.resync()
      .catch(() => {});
  }
}

/** The rematch of `roomId` has begun: the seed that was sent for it is the new room's. */
export function handOnSeed(roomId: RoomId, newRoomId: RoomId): void {
  const seed = recall(rematchOf(roomId)).clientSeed;
  if (seed !== null) rememberClientSeed(newRoomId, seed);
}

/** Under this name a tab keeps the seed for the rematch of a room, until that has an id of its own. */
function rematchOf(roomId: RoomId): string {
  return `rematch-of-${roomId}`;
}
