/** The live list of a game's rooms, as the lobby shows it (G3): full lists and changes, merged in any order. */
import type { AnyEventFrame, AnySocketClient } from "./types.ts";
import type { RoomId, RoomListing, RoomRemoval } from "../protocol/index.ts";

/** What `games.event.rooms_updated` says. */
export interface RoomListUpdate {
  readonly full: boolean;
  readonly rooms: readonly RoomListing[];
  readonly removed: readonly RoomRemoval[];
}

/** How many removals are kept against entries that come too late. */
const mostRemovals = 1000;

interface Entry {
  /** null: removed at `seq`. */
  readonly listing: RoomListing | null;
  readonly seq: number;
  /** The opening of the list in which it was last heard of. */
  readonly opening: number;
}

/** Pure: the same updates in any order, any number of times, give the same list. */
export class RoomListView {
  private readonly entries = new Map<RoomId, Entry>();
  private opening = 0;
  private isComplete = false;

  /** The list was opened again after a pause in which changes were lost: the next full list says what is left. */
  reopen(): void {
    this.opening += 1;
    this.isComplete = false;
  }

  take({ full, rooms, removed }: RoomListUpdate): void {
    for (const listing of rooms) this.put(listing.roomId, listing.seq, listing);
    for (const { roomId, seq } of removed) this.put(roomId, seq, null);
    if (full) this.forgetWhatIsMissingIn(new Set(rooms.map(({ roomId }) => roomId)));
    this.boundRemovals();
  }

  /** Oldest first; null before the first full list. */
  rooms(): readonly RoomListing[] | null {
    if (!this.isComplete) return null;
    return [...this.entries.values()]
      .flatMap(({ listing }) => (listing === null ? [] : [listing]))
      .toSorted((a, b) => compare(a.createdAt, b.createdAt) || compare(a.roomId, b.roomId));
  }

  /** An entry replaces one of equal or lower seq; a removal wins ties, and is not taken back by one. */
  private put(roomId: RoomId, seq: number, listing: RoomListing | null): void {
    const known = this.entries.get(roomId);
    const isOlder = known !== undefined && seq < known.seq;
    const losesTie = known !== undefined && seq === known.seq && known.listing === null && listing !== null;
    if (isOlder || losesTie) return;
    this.entries.delete(roomId);
    this.entries.set(roomId, { listing, seq, opening: this.opening });
  }

  /** What this opening has not heard of, in its full list or since, was closed in the pause. */
  private forgetWhatIsMissingIn(listed: ReadonlySet<RoomId>): void {
    this.isComplete = true;
    for (const [roomId, { opening }] of this.entries) {
      if (opening < this.opening && !listed.has(roomId)) this.entries.delete(roomId);
    }
  }

  private boundRemovals(): void {
    const removals = [...this.entries].filter(([, { listing }]) => listing === null);
    for (const [roomId] of removals.slice(0, -mostRemovals)) this.entries.delete(roomId);
  }
}

/**
 * Opens the list on this socket, and again after each reconnect that could not be resumed, until the function that it returns is called.
 * `onChange` gets the whole list each time, never a part of it. `onRefused`: there is no such list.
 */
export function openRoomList(
  client: AnySocketClient,
  slug: string,
  onChange: (rooms: readonly RoomListing[]) => void,
  onRefused: (reason: unknown) => void = () => undefined,
): () => void {
  const view = new RoomListView();
  let isLive = false;
  let isOpening = false;
  let isClosed = false;
  let endChannel: (() => void) | null = null;

  function open(): void {
    view.reopen();
    // One that has no outcome yet is sent again by the client itself.
    if (isOpening) return;
    isOpening = true;
    client
      .send("games.command.open_lobby", { gameType: slug })
      .catch((reason: unknown) => {
        if (!isClosed) onRefused(reason);
      })
      .finally(() => {
        isOpening = false;
      });
  }

  const stopListening = [
    client.onAny((event) => {
      if (event.type !== "games.event.rooms_updated" || event["gameType"] !== slug) return;
      // Declared so.
      view.take(event as AnyEventFrame & RoomListUpdate);
      const rooms = view.rooms();
      if (rooms === null) return;
      endChannel ??= client.keepOpen(`rooms:${slug}`);
      onChange(rooms);
    }),
    client.onState((state) => {
      const wasLive = isLive;
      isLive = state.name === "live";
      const goesOn = state.name === "live" && state.resumed && endChannel !== null;
      if (isLive && !wasLive && !goesOn) open();
    }),
  ];

  return () => {
    isClosed = true;
    endChannel?.();
    for (const stop of stopListening) stop();
    // Nobody waits for the answer: the list ends with the socket anyhow.
    if (client.state.name === "live") {
      client.send("games.command.close_lobby", { gameType: slug }).catch(() => undefined);
    }
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
