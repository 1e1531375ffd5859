/** The rooms that one group of decisions works on: each is loaded once, and each decision sees those before it. */
import type { RoomDocument, RoomStore } from "../store/port.ts";
import type { RoomMemory } from "./room-memory.ts";
import type { RoomId } from "../../protocol/index.ts";

/** What a group of decisions will ask for. */
export interface AskedRooms {
  readonly roomIds: readonly RoomId[];
  /** Those of them that are asked for moves of their games alone: each a change, or a refusal. */
  readonly moves: ReadonlySet<RoomId>;
}

export class WorkingSet {
  private readonly documents = new Map<RoomId, RoomDocument | null>();
  private readonly unsaved = new Set<RoomId>();
  private readonly remembered = new Set<RoomId>();
  private readonly store: RoomStore;
  private readonly onLoaded: (documents: readonly RoomDocument[]) => Promise<void>;

  /** @param onLoaded is done before anyone decides on documents that came from the store */
  constructor(store: RoomStore, onLoaded: (documents: readonly RoomDocument[]) => Promise<void>) {
    this.store = store;
    this.onLoaded = onLoaded;
  }

  /**
   * Loads at once what will be asked for one after the other.
   * @param memory of which rooms may be taken that are asked for moves alone
   */
  async preload({ roomIds, moves }: AskedRooms, memory: RoomMemory | null): Promise<void> {
    const wanted = new Set(roomIds);
    for (const roomId of wanted) {
      const document = moves.has(roomId) ? memory?.take(roomId) : undefined;
      if (document === undefined) continue;
      this.documents.set(roomId, document);
      this.remembered.add(roomId);
      wanted.delete(roomId);
    }
    if (wanted.size === 0) return;
    const documents = await this.store.loadAll([...wanted]);
    await this.onLoaded(documents);
    for (const document of documents) this.documents.set(document.room.roomId, document);
    if (documents.length === wanted.size) return;
    for (const roomId of wanted) if (!this.documents.has(roomId)) this.documents.set(roomId, null);
  }

  get remembersAny(): boolean {
    return this.remembered.size > 0;
  }

  /** Whether it was not read for this group: somebody else may have saved it since. */
  isRemembered(roomId: RoomId): boolean {
    return this.remembered.has(roomId);
  }

  /** A room as it stands, null where there is none: no promise where it is here already, as nearly all are. */
  get(roomId: RoomId): RoomDocument | null | Promise<RoomDocument | null> {
    const known = this.documents.get(roomId);
    return known === undefined ? this.load(roomId) : known;
  }

  private async load(roomId: RoomId): Promise<RoomDocument | null> {
    const document = await this.store.load(roomId);
    if (document !== null) await this.onLoaded([document]);
    this.documents.set(roomId, document);
    return document;
  }

  /** What a decision made of a room: what the next decision of the group starts from. */
  put(document: RoomDocument): void {
    const { roomId } = document.room;
    this.unsaved.add(roomId);
    this.documents.set(roomId, document);
  }

  /** Whether a decision of this group changed the room: then its tail is not in the log yet. */
  isUnsaved(roomId: RoomId): boolean {
    return this.unsaved.has(roomId);
  }
}
