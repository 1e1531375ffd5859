import { FakeClient } from "./fake-client.ts";
import { FakeClock } from "./fake-clock.ts";
import { openRoomFeed, type GoneReason } from "../room-feed.ts";
import { asRoomId, asUserId } from "../../protocol/ids.ts";
import type { RoomSnapshot } from "../../protocol/index.ts";

export const roomId = asRoomId("00000000-0000-4000-8000-00000000000a");
export const rolled = "games.event.bigger_dice.rolled";

export function snapshotAt(seq: number): RoomSnapshot {
  return {
    roomId,
    gameType: "bigger_dice",
    roomName: "Blue",
    hostId: asUserId("7"),
    status: "playing",
    seq,
    players: [],
    spectatorCount: 0,
    serverSeedHash: "",
    rematch: null,
    result: null,
    state: null,
  };
}

/** What the server answers to `sync_state`. */
export const stateSnapshot = (...rooms: readonly RoomSnapshot[]) => ({
  activeRooms: rooms.map((room) => room.roomId),
  gameStates: Object.fromEntries(rooms.map((room) => [room.roomId, room])),
  unreadMessages: 0,
});

/** A page that shows how far the room is, and complains about anything out of order. */
export class RoomPage {
  readonly client = new FakeClient();
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  readonly gone: GoneReason[] = [];
  readonly complaints: string[] = [];
  shown: number | null = null;

  readonly feed = openRoomFeed(
    this.client,
    roomId,
    {
      onSnapshot: ({ seq }) => {
        if (this.shown !== null && seq < this.shown)
          this.complaints.push(`back from ${this.shown} to ${seq}`);
        this.shown = seq;
        this.log.push(`snapshot ${seq}`);
      },
      onEvent: ({ type, seq }) => {
        if (typeof seq === "number") {
          if (this.shown === null || seq !== this.shown + 1)
            this.complaints.push(`${seq} after ${String(this.shown)}`);
          this.shown = seq;
        }
        this.log.push(`event ${typeof seq === "number" ? seq : type}`);
      },
      onGone: (reason) => this.gone.push(reason),
    },
    { clock: this.clock },
  );

  roll(...seqs: readonly number[]): void {
    for (const seq of seqs) this.client.deliver(rolled, { roomId, seq });
  }

  sync(...rooms: readonly RoomSnapshot[]): void {
    this.client.deliver("system.event.state_snapshot", stateSnapshot(...rooms));
  }

  answer(...rooms: readonly RoomSnapshot[]): Promise<void> {
    return this.client.answer("system.event.state_snapshot", stateSnapshot(...rooms));
  }
}
