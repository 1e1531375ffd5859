/** Who is banned or removed plays no more: each room of theirs is told, as if they had left it (design §5). */
import type { GamesContext } from "./context.ts";
import { exclusionCommandType, type ExclusionCommand } from "./payloads.ts";
import type { EventLog, NewRecord } from "../../event-log/port.ts";
import {
  isoTime,
  systemActor,
  type CommandEnvelope,
  type EventEnvelope,
  type UserId,
} from "../../protocol/index.ts";

/** Takes in what became of accounts; other events are passed over. Seen again it does nothing more. */
export async function excludeFromRooms(
  context: GamesContext,
  log: EventLog,
  { eventType, payload }: EventEnvelope,
): Promise<void> {
  if (eventType !== "system.event.account_changed") return;
  const { userId, status } = payload as { readonly userId: UserId; readonly status: string }; // as it is declared
  if (status === "active") return;
  const documents = await context.store.roomsOf(userId);
  const records = documents.map(({ room }): NewRecord => {
    const command: CommandEnvelope<ExclusionCommand> = {
      kind: "command",
      eventId: crypto.randomUUID(),
      eventType: exclusionCommandType,
      timestamp: isoTime(context.now()),
      receivedAt: isoTime(context.now()),
      producer: "games",
      actor: systemActor,
      correlationId: `exclusion:${room.roomId}:${userId}`,
      payload: { roomId: room.roomId, userId },
    };
    return { topic: "games.commands", key: room.roomId, value: command };
  });
  if (records.length > 0) await log.append(records);
}
