/**
 * A room's own record in SQLite: its row, and whose it is once it is over (whose it is until then, memory knows). Written
 * by what differs.
 */
import { membersOf } from "./document.ts";
import { recentRooms, type Write } from "./port.ts";
import type { SqliteRoomsInPlay } from "./sqlite-rooms-in-play.ts";
import type { Statements } from "./sqlite-tables.ts";
import { isOpen, type Room } from "../rooms/room.ts";
import { asRoomId, type RoomId, type UserId } from "../../protocol/index.ts";

export interface Recorded {
  /** Of its row. */
  readonly number: number;
  readonly room: Room;
}

export class RoomRecords {
  readonly #statements: Statements;
  readonly #inPlay: SqliteRoomsInPlay;

  constructor(statements: Statements, inPlay: SqliteRoomsInPlay) {
    this.#statements = statements;
    this.#inPlay = inPlay;
  }

  /** @throws where there is no such room */
  numberOf(roomId: RoomId): number {
    const number = this.#inPlay.numberOf(roomId) ?? this.#statements.numberOf.get(roomId)?.room;
    if (number === undefined) throw new Error(`The room ${roomId} has no record.`);
    return number;
  }

  /**
   * @param before the room as its record says it; null for a new one
   * @returns the number of its row
   */
  write({ document: { room } }: Write, before: Room | null): number {
    const number = before === null ? this.#insert(room) : this.#update(room);
    const [members, membersBefore] = [rowsOf(room), before === null ? [] : rowsOf(before)];
    const { deleteMember, insertMember } = this.#statements;
    for (const userId of without(membersBefore, members)) deleteMember.run(userId, room.createdAt, number);
    for (const userId of without(members, membersBefore)) insertMember.run(userId, room.createdAt, number);
    return number;
  }

  /** As `RoomStore.roomsOf`. */
  roomsOf(userId: UserId): readonly RoomId[] {
    const open = this.#inPlay.openOf(userId);
    const over = this.#statements.lastOver.all(userId, recentRooms);
    const rooms = [
      ...open.map(({ number, roomId, createdAt }) => ({ number, roomId, createdAt, isOpen: true })),
      ...over.map(({ number, room_id, created_at }) => {
        return { number, roomId: asRoomId(room_id), createdAt: created_at, isOpen: false };
      }),
    ].toSorted((one, other) => one.createdAt - other.createdAt || one.number - other.number);
    const isRecent = (index: number) => index >= rooms.length - recentRooms;
    return rooms.filter((room, index) => room.isOpen || isRecent(index)).map(({ roomId }) => roomId);
  }

  #insert(room: Room): number {
    const { lastInsertRowid } = this.#statements.insertRoom.run(
      room.roomId,
      room.gameType,
      room.roomName,
      room.hostId,
      room.status,
      playersIn(room),
      room.createdAt,
      ...timesOf(room),
    );
    return Number(lastInsertRowid);
  }

  #update(room: Room): number {
    const number = this.numberOf(room.roomId);
    this.#statements.updateRoom.run(number, room.status, playersIn(room), ...timesOf(room));
    return number;
  }
}

function playersIn(room: Room): string {
  return JSON.stringify(room.seats.map((seat) => seat.id));
}

function timesOf(room: Room): readonly [startedAt: number | null, finishedAt: number | null] {
  return ["startedAt" in room ? room.startedAt : null, "finishedAt" in room ? room.finishedAt : null];
}

/** Who has a row for it. */
function rowsOf(room: Room): readonly UserId[] {
  return isOpen(room) ? [] : membersOf(room);
}

function without<Item>(items: readonly Item[], others: readonly Item[]): readonly Item[] {
  return items.filter((item) => !others.includes(item));
}
