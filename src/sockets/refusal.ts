import { errorTable, type ErrorCode } from "../protocol/errors.ts";
import type { CommandId, RoomId } from "../protocol/index.ts";
import type { Refusal } from "./types.ts";

/** What the promise of a command rejects with; `message` is a sentence for a person. */
export class CommandRefused extends Error implements Refusal {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly commandId?: CommandId;
  readonly retryAfterMs?: number;
  readonly action?: string;
  readonly field?: string;
  readonly roomId?: RoomId;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = "CommandRefused";
    this.code = refusal.code;
    this.retryable = refusal.retryable;
    if (refusal.commandId !== undefined) this.commandId = refusal.commandId;
    if (refusal.retryAfterMs !== undefined) this.retryAfterMs = refusal.retryAfterMs;
    if (refusal.action !== undefined) this.action = refusal.action;
    if (refusal.field !== undefined) this.field = refusal.field;
    if (refusal.roomId !== undefined) this.roomId = refusal.roomId;
  }
}

/** A refusal of the table's own, by the library itself or where the server sends nothing but the code. */
export function refusalOf(code: ErrorCode, message: string = errorTable[code].message): Refusal {
  const { retryable, action } = errorTable[code];
  return { code, message, retryable, ...(action === undefined ? {} : { action }) };
}

/** Reads `system.error`, or a `command_settled` that is not ok, and nothing that is not there. */
export function readRefusal(frame: Readonly<Record<string, unknown>>): Refusal {
  const code = isErrorCode(frame["code"]) ? frame["code"] : "INTERNAL";
  const { commandId, message, retryable, retryAfterMs, action, field, roomId } = frame;
  return {
    ...refusalOf(code),
    // A code of a newer server comes with its own sentence, and may only be repeated where the server says so.
    ...(typeof message === "string" ? { message } : {}),
    ...(typeof retryable === "boolean" ? { retryable } : {}),
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
    ...(typeof action === "string" ? { action } : {}),
    ...(typeof field === "string" ? { field } : {}),
    // Identifiers that the server gave: they need no further check here.
    ...(typeof roomId === "string" ? { roomId: roomId as RoomId } : {}),
    ...(typeof commandId === "string" ? { commandId: commandId as CommandId } : {}),
  };
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(errorTable, code);
}
