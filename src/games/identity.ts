/** Identifiers that a repetition makes again (W3, S3): UUIDv5 of what caused them. */
import { asRoomId, type RoomId } from "../protocol/index.ts";

const namespace = "6f1b3a52-8f0e-5d0c-9a3d-2f6f1c6b7e10";

function derive(...parts: readonly (string | number)[]): string {
  return Bun.randomUUIDv5(parts.join("\n"), namespace);
}

/** The room that this command of this actor creates. */
export function createdRoomId(actorId: string, commandId: string): RoomId {
  return asRoomId(derive("room", actorId, commandId));
}

/** The room of the rematch, whoever asks for it first. */
export function rematchRoomId(roomId: RoomId): RoomId {
  return asRoomId(derive("rematch", roomId));
}
