/**
 * The checker: what clients noted against what the stores hold. It shares no code with the services. It answers what
 * is wrong, in sentences; nothing is well.
 */
import type { Journal } from "./journal.ts";
import { isOfTheRoom, type Stored } from "./stored.ts";

export function judge(journals: readonly Journal[], stored: Stored): readonly string[] {
  return [
    ...journals.flatMap((journal) => rollsOf(journal, stored)),
    ...journals.flatMap((journal) => messagesOf(journal, stored)),
    ...positionsOf(stored),
    ...journals.flatMap(lineOf),
    ...journals.flatMap(audienceOf),
    ...resultsOf(journals, stored),
    ...linesAgree(journals),
    ...stuckOf(journals, stored),
    ...logOf(journals, stored),
  ];
}

/** Each acknowledged roll is in its room once: as this player's roll of this round, with the face that was told. */
function rollsOf({ userId, acknowledged }: Journal, { rooms }: Stored): string[] {
  const byRoom = new Map(rooms.map((room) => [room.roomId, room]));
  const seen = new Set<string>();
  return acknowledged.flatMap(({ type, payload, outcome }) => {
    if (type !== "games.command.bigger_dice.roll") return [];
    const [roomId, turn] = [String(payload["roomId"]), Number(payload["turn"])];
    if (seen.has(`${roomId} ${turn}`)) return [`${userId}: turn ${turn} of ${roomId} was acknowledged twice`];
    seen.add(`${roomId} ${turn}`);
    const rolls = byRoom.get(roomId)?.rounds.find(({ round }) => round === Math.floor(turn / 2) + 1)?.rolls;
    const stored = rolls?.[userId];
    // A repetition is answered with `command_settled`, which has no face.
    const isThere = stored !== undefined && (outcome["roll"] === undefined || outcome["roll"] === stored);
    return isThere
      ? []
      : [
          `${userId}: turn ${turn} of ${roomId}, told as ${String(outcome["roll"])}, is stored as ${String(rolls?.[userId])}`,
        ];
  });
}

/** Each acknowledged message is stored once. */
function messagesOf({ userId, acknowledged }: Journal, { messages }: Stored): string[] {
  const counts = new Map<string, number>();
  for (const { sender, content } of messages) {
    const key = `${sender} ${content}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return acknowledged.flatMap(({ type, payload }) => {
    if (type !== "chat.command.send_message" && type !== "chat.command.send_lobby_message") return [];
    const count = counts.get(`${userId} ${String(payload["content"])}`) ?? 0;
    return count === 1
      ? []
      : [`${userId}: the message "${String(payload["content"])}" is stored ${count} times`];
  });
}

/** The positions of a chat are 1, 2, 3 and so on, each once; a lobby may have been trimmed at its beginning. */
function positionsOf({ messages }: Stored): string[] {
  const lines = Map.groupBy(messages, ({ line }) => line);
  return [...lines].flatMap(([line, all]) => {
    const positions = all.map(({ position }) => position).toSorted((one, other) => one - other);
    const gap = positions.findIndex(
      (position, index) => index > 0 && position !== (positions[index - 1] ?? 0) + 1,
    );
    return gap === -1
      ? []
      : [`${line}: ${String(positions[gap - 1])} is followed by ${String(positions[gap])}`];
  });
}

/** What a client was shown of a room is one line: each number one more than the last, but after a snapshot. */
function lineOf({ userId, lines }: Journal): string[] {
  return [...lines].flatMap(([roomId, line]) =>
    line.flatMap((seq, index) => {
      const before = line[index - 1];
      if (seq === null || before === null || before === undefined || seq === before + 1) return [];
      return [`${userId}: in ${roomId}, ${seq} came after ${before}`];
    }),
  );
}

/** Nobody hears what is not for her. */
function audienceOf({ userId, role, rooms, frames }: Journal): string[] {
  const foreign =
    role === "player" ? "games.event.spectator_chat_message" : "games.event.player_chat_message";
  return frames.flatMap((frame) => {
    if (frame.type === foreign) return [`${userId}, a ${role}, got ${foreign}`];
    const { roomId } = frame as { roomId?: unknown };
    if (typeof roomId === "string" && !rooms.has(roomId)) return [`${userId} got ${frame.type} of ${roomId}`];
    if (frame.type !== "chat.event.message_received") return [];
    const isOwn = frame["senderId"] === userId || frame["recipientId"] === userId;
    return isOwn ? [] : [`${userId} got a message between two others`];
  });
}

/** A game has one result, the same for all who heard it and in the store. */
function resultsOf(journals: readonly Journal[], { rooms }: Stored): string[] {
  const told = new Map<string, Set<string>>();
  for (const { frames } of journals) {
    for (const frame of frames) {
      if (frame.type !== "games.event.bigger_dice.game_over") continue;
      const roomId = String(frame["roomId"]);
      const results = told.get(roomId) ?? new Set();
      results.add(JSON.stringify([frame["winner"], frame["reason"]]));
      told.set(roomId, results);
    }
  }
  const stored = new Map(
    rooms.map(({ roomId, result }) => [roomId, result as { winner: unknown; reason: unknown } | null]),
  );
  return [...told].flatMap(([roomId, results]) => {
    const result = stored.get(roomId);
    const own = JSON.stringify([result?.winner, result?.reason]);
    const isOne = results.size === 1 && results.has(own);
    return isOne ? [] : [`${roomId} ended as ${[...results].join(" and ")}, and in the store as ${own}`];
  });
}

/** The same number of the same room is the same event for everybody. */
function linesAgree(journals: readonly Journal[]): string[] {
  const ids = new Map<string, unknown>();
  return journals.flatMap(({ userId, frames }) =>
    frames.flatMap(({ type, seq, roomId, eventId }: Readonly<Record<string, unknown>>) => {
      // What is for one person only has a number too: that of the room as it was then.
      if (typeof seq !== "number" || !isOfTheRoom(String(type))) return [];
      const key = `${String(roomId)} ${seq}`;
      const known = ids.get(key);
      ids.set(key, known ?? eventId);
      return known === undefined || known === eventId
        ? []
        : [`${userId}: ${key} is another event (${String(type)})`];
    }),
  );
}

/** The tables have finished: no room of theirs is still being played. */
function stuckOf(journals: readonly Journal[], { rooms }: Stored): string[] {
  const own = new Set(journals.flatMap((journal) => [...journal.rooms]));
  return rooms.flatMap(({ roomId, status }) =>
    own.has(roomId) && status !== "finished" ? [`${roomId} is still ${status}`] : [],
  );
}

/** The log has one event for each number of a room that all its members are told of, the one that they saw. */
function logOf(journals: readonly Journal[], { log }: Stored): string[] {
  if (log === null) return [];
  const logged = new Map<string, string>();
  const problems: string[] = [];
  for (const { roomId, seq, eventId } of log) {
    const key = `${roomId} ${seq}`;
    const known = logged.get(key);
    if (known !== undefined && known !== eventId) problems.push(`the log has two events for ${key}`);
    logged.set(key, eventId);
  }
  for (const { userId, frames } of journals) {
    for (const { type, seq, roomId, eventId } of frames as readonly Readonly<Record<string, unknown>>[]) {
      if (typeof seq !== "number" || !isOfTheRoom(String(type))) continue;
      const known = logged.get(`${String(roomId)} ${seq}`);
      if (known !== eventId)
        problems.push(
          `${userId} saw ${String(type)} ${String(roomId)} ${seq}, which the log has as ${String(known)}`,
        );
    }
  }
  return problems;
}
