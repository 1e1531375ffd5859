/** Units of a commit, as a service that decides ahead of its store makes them: whatever may happen to many rooms at once. */
import { writeOf } from "../../src/games/store/document.ts";
import type { RoomDocument, Unit, Write } from "../../src/games/store/port.ts";
import { noteAbsence, noteReturn } from "../../src/games/rooms/absence.ts";
import {
  archiveRoom,
  closeRematch,
  createRoom,
  joinRoom,
  leaveRoom,
  playInRoom,
  requestRematch,
  timeOutTurn,
  type Opening,
  type RematchDecision,
} from "../../src/games/rooms/decide.ts";
import type { RoomContext, RoomDecision, RoomStep } from "../../src/games/rooms/room-change.ts";
import { standardTimes as times, waitsForPlayers, type Room } from "../../src/games/rooms/room.ts";
import { games } from "../../src/main/games.ts";
import { asRoomId, asUserId, type RoomId, type UserId } from "../../src/protocol/index.ts";
import { commandsOf, gameOf, makingOf, newcomer, type Chance, type Command } from "./seeded-rooms.ts";

/** What was saved last of each room. */
export type Rooms = Map<RoomId, Write>;

/** Few, and few names: they get into each other's way. */
export const users = Array.from({ length: 15 }, (_, index) => asUserId(`${index + 1}`));
const names = Array.from({ length: 6 }, (_, index) => `room ${index}`);

interface Occasion extends RoomContext {
  readonly chance: Chance;
  /** Of a room that may come of it. */
  readonly opening: Omit<Opening, "host">;
}

type Act = (room: Room, player: UserId, occasion: Occasion) => RoomDecision | RematchDecision;

const acts = {
  join: (room, player, occasion) => joinRoom(room, newcomer(player, `player ${player}`), occasion),
  play(room, player, occasion) {
    const { game, chance } = occasion;
    const turn = room.status === "playing" && chance.random() < 0.9 ? game.turnOf(room.game) : null;
    return playInRoom(room, turn ?? player, { type: chance.pick(commandsOf(game)), payload: {} }, occasion);
  },
  timeout: (room, _, occasion) => timeOutTurn(room, room.seq, occasion),
  leave: leaveRoom,
  rematch: (room, player, occasion) => requestRematch(room, player, "a seed", occasion.opening, occasion),
  closeRematch(room, _, occasion) {
    const now = occasion.now + (occasion.chance.random() < 0.5 ? times.rematchMs : 0);
    return closeRematch(room, room.status === "finished" ? room.finishedAt : 0, { ...occasion, now });
  },
  away: (room, player, occasion) => noteAbsence(room, player, occasion.now, occasion),
  back: (room, player, occasion) => noteReturn(room, player, occasion.now, occasion),
} satisfies Readonly<Record<string, Act>>;

type What = keyof typeof acts;
const plays = Array.from({ length: 50 }, () => "play" as const);

/** Mostly what goes on with such a room: else few games would come to their end, and fewer to a rematch. */
const choices: Readonly<Record<Room["status"], readonly [What, ...What[]]>> = {
  waiting: ["join", "join", "join", "play", "leave", "away", "back"],
  playing: ["timeout", "leave", "join", "away", "back", ...plays],
  finished: ["rematch", "rematch", "rematch", "rematch", "closeRematch", "leave", "play", "away"],
  closed: ["join", "play", "leave"],
};

export class SeededUnits {
  /** Milliseconds since 1970. */
  now = 1_700_000_000_000;
  private readonly chance: Chance;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  /** Each is decided on what those before it have made of the rooms; now and then one is too late. */
  on(rooms: Rooms): Unit[] {
    const { random, below } = this.chance;
    const here: Rooms = new Map(rooms);
    const touched = new Set<RoomId>();
    const units: Unit[] = [];
    const most = 1 + below(14);
    while (units.length < most) {
      const isLate = random() < 0.05 && rooms.size > 0;
      const writes = this.decided(isLate ? rooms : here, touched);
      if (writes.length === 0) continue;
      units.push({ writes });
      for (const write of writes) {
        const { roomId } = write.document.room;
        // Nobody decides on what came too late: this store alone has the rooms.
        if (isLate) here.delete(roomId);
        else here.set(roomId, write);
        touched.add(roomId);
      }
    }
    return units;
  }

  private decided(rooms: Rooms, touched: ReadonlySet<RoomId>): readonly Write[] {
    const { random, below, pick } = this.chance;
    this.now += below(40_000);
    if (rooms.size === 0 || random() < 0.08) return this.created();
    const documents = [...rooms.values()].map(({ document }) => document);
    const going = documents.filter(({ room }) => waitsForPlayers(room));
    const before = this.someOf(random() < 0.85 && going.length > 0 ? going : documents);
    const { room } = before;
    const followsTail = touched.has(room.roomId);
    if (random() < 0.05) return this.archived(before, followsTail);
    const what = pick(choices[room.status]);
    const userId = what === "join" ? this.someOf(users) : this.someOf(room.seats).id;
    const opening = this.opening(random() < 0.5 ? room.roomName : this.someOf(names));
    const act: Act = acts[what];
    const occasion = { game: gameOf(room), now: this.now, times, chance: this.chance, opening };
    const decision = act(room, userId, occasion);
    if (!decision.ok)
      return [this.written(before, { steps: [], followsTail, userId, code: decision.rejection.code })];
    const write = this.written(before, { steps: decision.steps, followsTail, userId, code: null });
    const next = "next" in decision ? decision.next : [];
    return next.length > 0 ? [write, this.begun(next, userId)] : [write];
  }

  private created(): readonly Write[] {
    const userId = this.someOf(users);
    const opening = this.opening(this.someOf(names));
    const host = newcomer(userId, `player ${userId}`);
    const creation = createRoom({ ...opening, host }, { game: this.someOf(games), now: this.now, times });
    return creation.ok ? [this.begun(creation.steps, userId)] : [];
  }

  /** Long after nobody waits for a rematch any more. */
  private archived(before: RoomDocument, followsTail: boolean): readonly Write[] {
    const now = this.now + times.archiveAfterMs;
    const room = archiveRoom(before.room, { game: gameOf(before.room), now, times });
    if (room === null || waitsForPlayers(before.room)) return [];
    return [writeOf({ before, room, making: { events: [], followsTail, settled: null } }, times)];
  }

  private begun(steps: readonly RoomStep[], userId: UserId): Write {
    return this.written(null, { steps, followsTail: false, userId, code: null });
  }

  private written(before: RoomDocument | null, command: Command): Write {
    const room = command.steps.at(-1)?.room ?? before?.room;
    if (room === undefined) throw new Error("It was created.");
    return writeOf({ before, room, making: makingOf(command, this.chance) }, times);
  }

  private opening(roomName: string): Omit<Opening, "host"> {
    return { roomId: asRoomId(this.chance.nextId()), roomName, serverSeed: "ab".repeat(32) };
  }

  private someOf<Thing>([first, ...others]: readonly Thing[]): Thing {
    if (first === undefined) throw new Error("There is one.");
    return this.chance.pick([first, ...others]);
  }
}
