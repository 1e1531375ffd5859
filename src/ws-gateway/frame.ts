/** What a client gets: one JSON text, made once, whatever the number of sockets that it goes to (W3). */
import {
  errorTable,
  isoTime,
  messageOf,
  partitionName,
  type CommandId,
  type EventEnvelope,
  type Rejection,
} from "../protocol/index.ts";
import type { LogRecord } from "../event-log/port.ts";

/** `{type, eventId, at, commandId?, …payload}` */
export function eventFrame({ topic, partition, offset }: LogRecord, envelope: EventEnvelope): string {
  const { eventType, eventId, correlationId, payload } = envelope;
  // Types and ids are letters, digits, points, dashes and colons: nothing in them wants to be escaped.
  const commandId = correlationId === undefined ? "" : `,"commandId":"${correlationId}"`;
  const at = `${partitionName(topic, partition)}/${offset}`;
  // The payload is the long part: written once, not copied into another object first.
  return `{"type":"${eventType}","eventId":"${eventId}","at":"${at}"${commandId}${fieldsOf(payload)}`;
}

/**
 * What the gateway itself says: it has no place in the log.
 *
 * @param cursor JSON, written once for many
 */
export function ownFrame(type: `system.${string}`, fields: object, cursor?: string): string {
  const place = cursor === undefined ? "" : `,"cursor":${cursor}`;
  return `{"type":"${type}","eventId":"${crypto.randomUUID()}"${place}${fieldsOf(fields)}`;
}

export function errorFrame(rejection: Rejection, commandId: CommandId | null): string {
  const { code, field, roomId, retryAfterMs } = rejection;
  const { retryable, action } = errorTable[code];
  return ownFrame("system.error", {
    code,
    message: messageOf(rejection),
    // JSON leaves out what is undefined.
    commandId: commandId ?? undefined,
    retryable,
    retryAfterMs,
    action,
    field,
    roomId,
  });
}

/** @param cursor JSON */
export function heartbeatFrame(now: number, cursor: string): string {
  return `{"type":"system.heartbeat_ack","eventId":"${crypto.randomUUID()}","timestamp":"${isoTime(now)}","cursor":${cursor}}`;
}

/** The fields of an object as they follow others in JSON, with the closing brace. */
function fieldsOf(payload: unknown): string {
  const text = JSON.stringify(payload ?? {});
  if (!text.startsWith("{")) throw new Error(`A payload is an object, not ${text.slice(0, 20)}.`);
  return text === "{}" ? "}" : `,${text.slice(1)}`;
}
