/** A room's own record in SQLite, by which it is found: its row, what it holds, whose it is. Written by what differs. */
import { claimsOf, membersOf } from "./document.ts";
import type { Claim, Write } from "./port.ts";
import type { Statements } from "./sqlite-tables.ts";
import type { Room } from "../rooms/room.ts";
import { asRoomId, type RoomId } from "../../protocol/index.ts";

export class RoomRecords {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** @param before the room as its record says it; null for a new one */
  write({ document: { room }, listing, claims, members }: Write, before: Room | null): void {
    const { roomId } = room;
    const { deleteClaim, insertClaim, deleteMember, insertMember, saveRoom } = this.#statements;
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
    const [claimsBefore, membersBefore] = before === null ? [[], []] : [claimsOf(before), membersOf(before)];
    for (const claim of without(claimsBefore, claims)) deleteClaim.run(claim);
    for (const claim of without(claims, claimsBefore)) insertClaim.run(claim, roomId);
    for (const userId of without(membersBefore, members)) deleteMember.run(userId, roomId);
    for (const userId of without(members, membersBefore)) insertMember.run(userId, roomId, room.createdAt);
  }

  holderOf(claim: Claim): RoomId | null {
    const row = this.#statements.holder.values(claim)[0];
    return row === undefined ? null : asRoomId(String(row[0]));
  }
}

function without<Item>(items: readonly Item[], others: readonly Item[]): readonly Item[] {
  return items.filter((item) => !others.includes(item));
}
