/** From what came over the socket to a message that can be looked up, or the reason why it is none (W1). */
import { asCommandId, isUuid, type CommandId, type Rejection } from "../protocol/index.ts";

export type Reading =
  | {
      readonly kind: "message";
      readonly type: string;
      /** Null where the client gave none. */
      readonly commandId: CommandId | null;
      readonly payload: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "refused"; readonly rejection: Rejection; readonly commandId: CommandId | null };

/** Deeper than any message of ours. */
const maxDepth = 32;

export function readFrame(frame: string | Uint8Array, maxBytes: number): Reading {
  if (typeof frame !== "string") return refused({ code: "BINARY_FRAME" });
  if (isLonger(frame, maxBytes)) return refused({ code: "FRAME_TOO_LARGE" }, commandIdIn(parse(frame)));
  const value = parse(frame);
  if (!isObject(value)) return refused({ code: "INVALID_JSON" });
  const { type, commandId: givenId, ...payload } = value;
  const commandId = commandIdIn(value);
  if (typeof type !== "string") {
    return refused(invalidField("type", 'Say which message this is in the field "type".'), commandId);
  }
  if (givenId !== undefined && commandId === null) {
    return refused(invalidField("commandId", 'The field "commandId" must be a UUID in lower case.'));
  }
  // Text frames are valid UTF-8: only an escape can bring in half of a character.
  const illFormed = frame.includes("\\u") ? illFormedPath(payload, 0) : null;
  if (illFormed !== null) {
    const message = `The field "${illFormed.slice(0, 60).toWellFormed()}" has half of a character in it: type it again.`;
    return refused(invalidField(illFormed.toWellFormed(), message), commandId);
  }
  return { kind: "message", type, commandId, payload };
}

function refused(rejection: Rejection, commandId: CommandId | null = null): Reading {
  return { kind: "refused", rejection, commandId };
}

function invalidField(field: string, message: string): Rejection {
  return { code: "INVALID_FIELD", field, message };
}

function isLonger(text: string, maxBytes: number): boolean {
  if (text.length > maxBytes) return true;
  // A UTF-16 unit is at most three bytes of UTF-8.
  return text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes;
}

/** Undefined, which no JSON text stands for, where `text` is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // the caller refuses it
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function commandIdIn(value: unknown): CommandId | null {
  if (!isObject(value)) return null;
  const { commandId } = value;
  return typeof commandId === "string" && isUuid(commandId) ? asCommandId(commandId) : null;
}

/** The path of a string or a name that is not well-formed Unicode, or of what is nested too deep. */
function illFormedPath(value: unknown, depth: number): string | null {
  if (typeof value === "string") return value.isWellFormed() ? null : "";
  if (typeof value !== "object" || value === null) return null;
  if (depth > maxDepth) return "";
  for (const [name, field] of Object.entries(value)) {
    if (!name.isWellFormed()) return name;
    const path = illFormedPath(field, depth + 1);
    if (path !== null) return path === "" ? name : `${name}.${path}`;
  }
  return null;
}
