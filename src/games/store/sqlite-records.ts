/** A room's own record in SQLite, by which it is found: its row, and whose it is. Written by what differs. */
import { membersOf } from "./document.ts";
import type { Write } from "./port.ts";
import type { Statements } from "./sqlite-tables.ts";
import type { Room } from "../rooms/room.ts";

export class RoomRecords {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** @param before the room as its record says it; null for a new one */
  write({ document: { room }, listing, members }: Write, before: Room | null): void {
    const { roomId } = room;
    const { deleteMember, insertMember, saveRoom } = this.#statements;
    saveRoom.run(
      roomId,
      room.gameType,
      room.roomName,
      room.hostId,
      room.status,
      JSON.stringify(room.seats.map((seat) => seat.id)),
      listing === null ? null : JSON.stringify(listing),
      room.createdAt,
      "startedAt" in room ? room.startedAt : null,
      "finishedAt" in room ? room.finishedAt : null,
    );
    const membersBefore = before === null ? [] : membersOf(before);
    for (const userId of without(membersBefore, members)) deleteMember.run(userId, roomId);
    for (const userId of without(members, membersBefore)) insertMember.run(userId, roomId, room.createdAt);
  }
}

function without<Item>(items: readonly Item[], others: readonly Item[]): readonly Item[] {
  return items.filter((item) => !others.includes(item));
}
