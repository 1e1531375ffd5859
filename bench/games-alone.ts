/**
 * The games service by itself, in this process: commands go into a log in memory, rooms into SQLite on the disk. For
 * what depends on rooms and not on sockets.
 */
import { join } from "node:path";
import { biggerDice } from "../src/games/bigger-dice/bigger-dice.ts";
import { roomRules } from "../src/games/rooms/room-rules.ts";
import { standardTimes } from "../src/games/rooms/room.ts";
import { createGamesService } from "../src/games/service/games-service.ts";
import { systemSeeds } from "../src/games/service/context.ts";
import { openSqliteRoomStore } from "../src/games/store/sqlite.ts";
import type { RoomStore } from "../src/games/store/port.ts";
import { createMemoryLog } from "../src/event-log/memory.ts";
import { createMemoryPresence } from "../src/presence/memory.ts";
import {
  asConnectionId,
  asUserId,
  eventTopics,
  isoTime,
  type CommandEnvelope,
  type EventEnvelope,
  type UserId,
} from "../src/protocol/index.ts";

interface Table {
  roomId: string;
  readonly players: readonly [UserId, UserId];
  turnOf: UserId | null;
  turn: number;
}

export interface RollsAlone {
  /** A second. */
  readonly rate: number;
  /** Processor time of each, microseconds: the log's, the service's and the store's. */
  readonly cost: number;
}

export interface GamesAlone {
  readonly store: RoomStore;
  /** So many more rooms in which it is somebody's turn. */
  open(count: number): Promise<void>;
  /** Rolls in rooms taken one after the other, so many under way. */
  roll(seconds: number, outstanding: number): Promise<RollsAlone>;
  stop(): Promise<void>;
}

const day = 24 * 60 * 60_000;
const openedAtOnce = 200;

/** @param folder for its database */
export async function startGamesAlone(folder: string): Promise<GamesAlone> {
  const store = openSqliteRoomStore({
    path: join(folder, "games.sqlite"),
    rules: roomRules([biggerDice]),
  });
  const log = createMemoryLog();
  const presence = createMemoryPresence();
  const service = createGamesService({
    store,
    log,
    presence,
    games: [biggerDice],
    times: { ...standardTimes, turnClockMs: day, reconnectMs: day },
    seeds: systemSeeds,
    people: { unreadOf: () => Promise.resolve(0), areApart: () => Promise.resolve(false) },
    now: Date.now,
    logger: console,
  });
  const byRoom = new Map<string, Table>();
  const byPlayer = new Map<UserId, Table>();
  const ready: Table[] = [];
  let begun = 0;
  let rolled = 0;
  let underWay = 0;
  let onProgress = (): void => {};

  function send(userId: UserId, type: string, payload: { readonly roomId?: string }): void {
    const commandId = crypto.randomUUID();
    const now = isoTime(Date.now());
    const value: CommandEnvelope = {
      kind: "command",
      eventId: commandId,
      eventType: `games.command.${type}`,
      timestamp: now,
      receivedAt: now,
      producer: "ws_gateway",
      correlationId: commandId,
      actor: {
        kind: "person",
        userId,
        username: `player${userId}`,
        roles: ["user"],
        connectionId: asConnectionId(`socket-of-${userId}`),
      },
      payload,
    };
    void log.append([{ topic: "games.commands", key: payload.roomId ?? userId, value }]);
  }

  /** The fields are those of the events' declarations. */
  function hear({ eventType, actor, payload }: EventEnvelope): void {
    const fields = payload as Record<string, unknown>;
    const roomId = String(fields["roomId"]);
    switch (eventType) {
      case "games.event.room_created": {
        const table = actor.kind === "person" ? byPlayer.get(actor.userId) : undefined;
        if (table !== undefined) send(table.players[1], "join_room", { roomId });
        return;
      }
      case "games.event.game_started": {
        const first = fields["firstTurn"] as UserId;
        const table = byPlayer.get(first);
        if (table === undefined) return;
        byRoom.delete(table.roomId);
        Object.assign(table, { roomId, turnOf: first, turn: Number(fields["turn"]) });
        byRoom.set(roomId, table);
        ready.push(table);
        begun += 1;
        return onProgress();
      }
      case "games.event.bigger_dice.rolled": {
        const table = byRoom.get(roomId);
        if (table === undefined) return;
        rolled += 1;
        underWay -= 1;
        if (fields["nextTurn"] !== null) goOn(table, fields["nextTurn"], Number(fields["turn"]) + 1);
        return onProgress();
      }
      case "games.event.bigger_dice.round_complete": {
        const table = byRoom.get(roomId);
        if (table === undefined || fields["nextTurn"] === null) return;
        goOn(table, fields["nextTurn"], Number(fields["turn"]));
        return onProgress();
      }
      case "games.event.bigger_dice.game_over": {
        const table = byRoom.get(roomId);
        for (const player of table?.players ?? []) send(player, "rematch", { roomId });
      }
    }
  }

  function goOn(table: Table, turnOf: unknown, turn: number): void {
    table.turnOf = turnOf as UserId;
    table.turn = turn;
    ready.push(table);
  }

  await log.follow({
    topics: eventTopics,
    since: 0,
    onRecord: ({ value }) => {
      if (value.kind === "event") hear(value);
    },
  });
  await presence.renewLease("bench", day);
  await service.start();

  return {
    store,
    async open(count) {
      for (let left = count; left > 0; left -= openedAtOnce) {
        const some = Math.min(openedAtOnce, left);
        const target = begun + some;
        const done = new Promise<void>((resolve) => {
          onProgress = () => {
            if (begun >= target) resolve();
          };
        });
        for (let n = 0; n < some; n += 1) {
          const number = byPlayer.size;
          const players = [asUserId(String(number + 1)), asUserId(String(number + 2))] as const;
          const table: Table = { roomId: "", players, turnOf: null, turn: 0 };
          for (const player of players) {
            byPlayer.set(player, table);
            // Whoever is not there is soon away from her game, which is another work than this.
            const connectionId = asConnectionId(`socket-of-${player}`);
            await presence.add({ userId: player, connectionId, gatewayId: "bench" });
          }
          const opening = { gameType: "bigger_dice", roomName: `room ${number}` };
          send(players[0], "create_room", opening as { roomId?: string });
        }
        await done;
      }
    },
    async roll(seconds, outstanding) {
      let isOver = false;
      const settled = Promise.withResolvers<void>();
      const fill = (): void => {
        for (const most = isOver ? 0 : outstanding; underWay < most;) {
          const table = ready.shift();
          if (table === undefined) break;
          const { turnOf, turn, roomId } = table;
          if (turnOf === null) continue;
          table.turnOf = null;
          underWay += 1;
          send(turnOf, "bigger_dice.roll", { roomId, turn } as { roomId: string });
        }
        if (isOver && underWay === 0) settled.resolve();
      };
      let isDue = false;
      // By way of the event loop: else nothing but rolls would ever have its turn.
      onProgress = () => {
        if (isDue) return;
        isDue = true;
        setImmediate(() => {
          isDue = false;
          fill();
        });
      };
      const [before, start, first] = [process.cpuUsage(), performance.now(), rolled];
      fill();
      await Bun.sleep(seconds * 1000);
      const elapsed = (performance.now() - start) / 1000;
      const used = process.cpuUsage(before);
      const count = rolled - first;
      isOver = true;
      fill();
      await settled.promise;
      return { rate: count / elapsed, cost: (used.user + used.system) / count };
    },
    async stop() {
      await service.stop();
      await log.close();
      await store.close();
    },
  };
}
