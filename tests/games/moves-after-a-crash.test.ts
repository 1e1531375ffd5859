/** Rooms of real games, and processes that die between any two commits: what was saved is made again from its events. */
import { Database } from "bun:sqlite";
import { describe, expect, it } from "bun:test";
import {
  changed as changedByNoEvent,
  created,
  moved,
  playingRoom,
} from "../../src/games/store/contract-fixture.ts";
import { writeOf } from "../../src/games/store/document.ts";
import type { RoomDocument, Write } from "../../src/games/store/port.ts";
import { openSqliteRoomStore } from "../../src/games/store/sqlite.ts";
import { makeEarlier } from "../../src/games/store/sqlite-fixture.ts";
import type { Game } from "../../src/games/game.ts";
import { games } from "../../src/main/games.ts";
import { roomRules } from "../../src/games/rooms/room-rules.ts";
import { noteAbsence, noteReturn } from "../../src/games/rooms/absence.ts";
import { createRoom, joinRoom, playInRoom, requestRematch } from "../../src/games/rooms/decide.ts";
import type { RoomDecision, RoomStep } from "../../src/games/rooms/room-change.ts";
import { standardTimes, type Room } from "../../src/games/rooms/room.ts";
import { asRoomId, asUserId, type Rejection } from "../../src/protocol/index.ts";
import { chanceFrom, commandsOf, gameOf, makingOf, newcomer, RoomFiles } from "./seeded-rooms.ts";

const seed = Number(process.env["SEED"] ?? 20_261_126);
const tables = 6;
const chance = chanceFrom(seed);
const { random, below, pick, nextId } = chance;
const times = standardTimes;
/** Milliseconds since 1970. */
let now = 1_000_000;
const contextOf = (game: Game) => ({ game, now: (now += 1), times });

describe("rooms in SQLite", () => {
  it.each([
    ["moves wait", 10_000],
    ["some are settled", 7],
  ])(`have every event after a crash at any moment, while %s (seed ${seed})`, async (_, settlingAt) => {
    const files = new RoomFiles();
    let store = files.open({ settlingAt });
    const last = Array.from({ length: tables }, (_, number) => opened(number));
    await store.commit(last.map((write) => ({ writes: [write] })));
    const happened = new Map<string, number>();
    for (let step = 0; step < 1_500; step += 1) {
      const units: { writes: [Write] }[] = [];
      const touched = new Set<number>();
      for (let n = 0; n <= below(4); n += 1) {
        const index = below(tables);
        const before = last[index];
        if (before === undefined) continue;
        const next = changed(before.document, touched.has(index), happened);
        touched.add(index);
        last[index] = next;
        units.push({ writes: [next] });
      }
      expect((await store.commit(units)).every(({ kind }) => kind === "saved")).toBe(true);
      if (random() < 0.02) {
        store = await files.crash(store, { settlingAt });
        for (const { document } of last) expect(await store.load(document.room.roomId)).toEqual(document);
      }
    }
    // Nothing of this was left out by chance.
    for (const kind of ["game_event", "game_over", "rematch_offered", "player_disconnected", "refused"])
      expect(`${kind}: ${(happened.get(kind) ?? 0) > 3}`).toBe(`${kind}: true`);
    store = await files.crash(store, { settlingAt });
    const due = last.flatMap(({ dueAt }) => dueAt ?? []).toSorted((one, other) => one - other);
    expect((await store.due(due[2] ?? 0, 10)).length).toBe(due.filter((at) => at <= (due[2] ?? 0)).length);
    await store.close();
    store = files.open({ settlingAt });
    for (const { document } of last) expect(await store.load(document.room.roomId)).toEqual(document);
    await store.close();
    const database = new Database(files.path);
    expect(database.query("SELECT count(*) AS moves FROM packed_moves").get()).toEqual({ moves: 0 });
    database.close();
    files.remove();
  });

  it("say what to do with moves that they cannot read", async () => {
    const files = new RoomFiles();
    await files.open().close();
    const database = new Database(files.path);
    database.run("INSERT INTO room_moves (number, moves) VALUES (1, ?)", [
      JSON.stringify([{ roomId: "r", version: 2, dueAt: null, room: null, tail: [], outcomes: {} }]),
    ]);
    database.close();
    expect(() => files.open()).toThrow(/An earlier version wrote/);
    files.remove();
  });
});

it("are taken over from an earlier version that was killed, which kept them as text", async () => {
  const files = new RoomFiles();
  let store = files.open();
  const first = opened(0);
  await store.commit([{ writes: [first] }]);
  const second = changed(first.document, false, new Map());
  await store.close();
  const { document, dueAt, making } = second;
  const database = new Database(files.path);
  database.run("INSERT INTO room_moves (number, moves) VALUES (1, ?)", [
    JSON.stringify([{ roomId: document.room.roomId, version: document.version, dueAt, making }]),
  ]);
  database.close();
  store = files.open();
  expect(await store.load(document.room.roomId)).toEqual(document);
  store = await files.crash(store);
  expect(await store.load(document.room.roomId)).toEqual(document);
  await store.close();
  files.remove();
});

const killedOtherwise = new Error("These rules know no such turn.");

it("say which rules a killed process's moves want, where these are others", async () => {
  const files = new RoomFiles();
  const store = files.open();
  const first = opened(0);
  await store.commit([{ writes: [first] }]);
  let second = changed(first.document, false, new Map());
  while (second.making?.events.length === 0) second = changed(first.document, false, new Map());
  await store.commit([{ writes: [second] }]);
  const evolve = () => {
    throw killedOtherwise;
  };
  files.inCopy((path) => {
    makeEarlier(path, 1);
    expect(() => openSqliteRoomStore({ path, rules: { ...roomRules(games), evolve } })).toThrow(
      /start the version that was killed once more/,
    );
    // Which it finds as it left it: it refuses a file that is newer than itself.
    expect(schemaIn(path)).toEqual({ steps: 1, claims: 1 });
  });
  await store.close();
  files.remove();
});

function schemaIn(path: string): unknown {
  const database = new Database(path);
  try {
    return database
      .query(
        `SELECT (SELECT max(number) FROM migrations WHERE component = 'rooms') AS steps,
           (SELECT count(*) FROM sqlite_schema WHERE name = 'room_claims') AS claims`,
      )
      .get();
  } finally {
    database.close();
  }
}

it("are kept where a commit failed that had begun to settle them, until their documents are written after all", async () => {
  const files = new RoomFiles();
  const store = files.open({ settlingAt: 1 });
  let breaks = false;
  const toJSON = () => {
    if (breaks) throw new TypeError("It cannot be written.");
    return {};
  };
  const both = [
    created({ ...playingRoom("brittle"), game: { toJSON } }),
    created(playingRoom("other", asUserId("11"), asUserId("12"))),
  ] as const;
  await store.commit([{ writes: both }]);
  // They have rows of their own, and nothing is left to settle.
  const [brittle, other] = [writtenAgain(both[0]), writtenAgain(both[1])];
  await store.commit([{ writes: [brittle, other] }]);
  const last = moved(other);
  await store.commit([{ writes: [last] }]);
  // This one writes the document of the other, and then fails with that of the brittle one, which is to be settled.
  breaks = true;
  const failing = [writtenAgain(last), moved(brittle)].map((write) => ({
    writes: [write],
  }));
  const failure = await store.commit(failing).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TypeError);
  breaks = false;
  let steady = created(playingRoom("steady", asUserId("21"), asUserId("22")));
  await store.commit([{ writes: [steady] }]);
  for (let commit = 0; commit < 4; commit += 1) {
    steady = moved(steady);
    await store.commit([{ writes: [steady] }]);
    const { roomId } = last.document.room;
    expect(await files.afterCrash((copy) => copy.load(roomId))).toEqual(last.document);
  }
  await store.close();
  files.remove();
});

it("make room for their documents, and for new rooms, where the file may not grow", async () => {
  const files = new RoomFiles();
  let store = files.open();
  let rooms = Array.from({ length: 40 }, (_, n) => {
    return created(playingRoom(`r${n}`, asUserId(`1${n}`), asUserId(`2${n}`)));
  });
  await store.commit(rooms.map((write) => ({ writes: [write] })));
  for (let round = 0; round < 8; round += 1) {
    rooms = rooms.map(moved);
    for (const write of rooms) await store.commit([{ writes: [write] }]);
  }
  store = await files.crash(store, { limitMb: 0.01 });
  const more = Array.from({ length: 20 }, (_, n) => {
    return created(playingRoom(`more ${n}`, asUserId(`3${n}`), asUserId(`4${n}`)));
  });
  const results = await store.commit(more.map((write) => ({ writes: [write] })));
  expect(results.every(({ kind }) => kind === "saved")).toBe(true);
  store = await files.crash(store);
  for (const { document } of [...rooms, ...more])
    expect(await store.load(document.room.roomId)).toEqual(document);
  await store.close();
  files.remove();
});

const writtenAgain = (write: Write): Write => changedByNoEvent(write, write.document.room);

/** A table of one of the games, with its game begun. */
function opened(table: number): Write {
  const game = games[table % games.length];
  if (game === undefined) throw new Error("There are games.");
  const [host, guest] = [asUserId(`1${table}`), asUserId(`2${table}`)];
  const opening = { roomId: asRoomId(nextId()), roomName: `table ${table}`, serverSeed: "ab".repeat(32) };
  const creation = createRoom({ ...opening, host: newcomer(host, "host") }, contextOf(game));
  const joining = joinRoom(roomAfter(null, creation), newcomer(guest, "guest"), contextOf(game));
  const steps = [...stepsOf(creation), ...stepsOf(joining)];
  const making = makingOf({ steps, followsTail: false, userId: host, code: null }, chance);
  return writeOf({ before: null, room: roomAfter(null, joining), making }, times);
}

/** Whatever may happen to this table next, as the service saves it. */
function changed(before: RoomDocument, followsTail: boolean, happened: Map<string, number>): Write {
  const { room } = before;
  const game = gameOf(room);
  const context = contextOf(game);
  const [host, guest = host] = room.seats;
  const player = pick([host, guest]).id;
  const isRematch =
    room.status === "finished" && room.rematch.kind === "open" && room.rematch.offers.length === 0;
  const what =
    isRematch && random() < 0.7 ? "rematch" : pick(["play", "play", "play", "play", "away", "back"]);
  const decision: RoomDecision | { readonly ok: false; readonly rejection: Rejection } =
    what === "rematch"
      ? requestRematch(
          room,
          player,
          "a seed",
          { roomId: room.roomId, roomName: "next", serverSeed: "cd" },
          context,
        )
      : what === "away"
        ? noteAbsence(room, player, context.now, context)
        : what === "back"
          ? noteReturn(room, player, context.now, context)
          : playInRoom(room, player, { type: pick(commandsOf(game)), payload: {} }, context);
  const steps = decision.ok ? decision.steps : [];
  for (const { event } of steps) happened.set(event.kind, (happened.get(event.kind) ?? 0) + 1);
  if (!decision.ok) happened.set("refused", (happened.get("refused") ?? 0) + 1);
  const code = decision.ok ? null : decision.rejection.code;
  const making = makingOf({ steps, followsTail, userId: player, code }, chance);
  const write = writeOf({ before, room: steps.at(-1)?.room ?? room, making }, times);
  // A game that is over begins again at the same table, so that there is always something to play.
  return room.status === "finished" && random() < 0.3 ? again(before, write, game) : write;
}

function again(before: RoomDocument, { document: { room } }: Write, game: Game): Write {
  const [host, ...others] = room.seats.map(({ id }) => id);
  if (host === undefined || room.status !== "finished") throw new Error("It was played.");
  const {
    result: _result,
    rematch: _rematch,
    finishedAt: _at,
    left: _left,
    archived: _archived,
    ...kept
  } = room;
  const playing: Room = {
    ...kept,
    status: "playing",
    game: game.setup([host, ...others]),
    turnDeadline: null,
    idleTurns: {},
  };
  // No event does this: the document alone says it.
  return {
    ...writeOf(
      {
        before,
        room: playing,
        making: makingOf({ steps: [], followsTail: false, userId: host, code: null }, chance),
      },
      times,
    ),
    making: null,
  };
}

const stepsOf = (decision: RoomDecision): readonly RoomStep[] => (decision.ok ? decision.steps : []);

function roomAfter(before: Room | null, decision: RoomDecision): Room {
  const room = stepsOf(decision).at(-1)?.room ?? before;
  if (room === null) throw new Error("It is decided.");
  return room;
}
