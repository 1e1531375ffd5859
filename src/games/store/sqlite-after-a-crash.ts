/** What a process that was killed had said and not settled: rooms are made again of their last documents and moves. */
import type { RoomDocument } from "./port.ts";
import type { Move } from "./saved-moves.ts";
import { moved } from "./sqlite-moves.ts";
import type { PackedDocument } from "./sqlite-packed-documents.ts";
import type { RoomRules } from "../rooms/room-rules.ts";
import type { RoomId } from "../../protocol/index.ts";

export interface Survivors extends Pick<RoomRules, "evolve"> {
  read(roomId: RoomId): RoomDocument | null;
  begin(document: PackedDocument): void;
  save(document: RoomDocument, dueAt: number | null): void;
}

const notByTheseRules =
  "cannot be made again by the rules that are here: start the version that was killed once more, and stop it.";

/** @throws where the rules that are here do not know the moves */
export function makeAgain(
  documents: Iterable<PackedDocument>,
  moves: Iterable<Move>,
  survivors: Survivors,
): void {
  for (const document of documents) survivors.begin(document);
  for (const move of moves) moveAgain(move, survivors);
}

/** A move that its document has already is passed over. */
function moveAgain(move: Move, { evolve, read, save }: Survivors): void {
  const before = read(move.roomId);
  if (before === null || before.version < move.version - 1)
    throw new Error(`A move of the room ${move.roomId} has no document before it.`);
  if (before.version !== move.version - 1) return;
  save(madeAgain(before, move, evolve), move.dueAt);
}

function madeAgain(before: RoomDocument, move: Move, evolve: RoomRules["evolve"]): RoomDocument {
  try {
    return moved(before, move, evolve);
  } catch (cause) {
    throw new Error(`Moves of the room ${move.roomId} ${notByTheseRules}`, { cause });
  }
}
