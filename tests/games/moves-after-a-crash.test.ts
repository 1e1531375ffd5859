/** Rooms of real games, and processes that die between any two commits: what was saved is made again from its events. */
import { Database } from "bun:sqlite";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "bun:test";
import { writeOf } from "../../src/games/store/document.ts";
import type { Making, RoomDocument, RoomStore, TailEvent, Write } from "../../src/games/store/port.ts";
import { openSqliteRoomStore } from "../../src/games/store/sqlite.ts";
import type { Game } from "../../src/games/game.ts";
import { games } from "../../src/main/games.ts";
import { noteAbsence, noteReturn } from "../../src/games/rooms/absence.ts";
import { createRoom, joinRoom, playInRoom, requestRematch } from "../../src/games/rooms/decide.ts";
import { evolveAmong } from "../../src/games/rooms/evolve.ts";
import type { RoomDecision, RoomStep } from "../../src/games/rooms/room-change.ts";
import { standardTimes, type Room } from "../../src/games/rooms/room.ts";
import {
  asCommandId,
  asConnectionId,
  asRoomId,
  asUserId,
  type Actor,
  type Rejection,
  type UserId,
} from "../../src/protocol/index.ts";
import { randomFrom } from "../game-play.ts";

const seed = Number(process.env["SEED"] ?? 20_261_126);
const tables = 6;
const random = randomFrom(seed);
const below = (limit: number) => Math.floor(random() * limit);
const pick = <Thing>(things: readonly [Thing, ...Thing[]]): Thing =>
  things[below(things.length)] ?? things[0];

let folder = "";
let settlingAt = 0;
const file = () => join(folder, "games.sqlite");
const open = () => openSqliteRoomStore({ path: file(), evolve: evolveAmong(games), settlingAt });

/** The files as they are now, opened anew: what is in memory alone is gone. */
function crashed(store: RoomStore): RoomStore {
  const copy = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
  cpSync(folder, copy, { recursive: true });
  void store.close();
  rmSync(folder, { recursive: true, force: true });
  folder = copy;
  return open();
}

describe("rooms in SQLite", () => {
  it.each([
    ["moves wait", 10_000],
    ["some are settled", 7],
  ])(`have every event after a crash at any moment, while %s (seed ${seed})`, async (_, moves) => {
    settlingAt = moves;
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    let store = open();
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
        store = crashed(store);
        for (const { document } of last) expect(await store.load(document.room.roomId)).toEqual(document);
      }
    }
    // Nothing of this was left out by chance.
    for (const kind of ["game_event", "game_over", "rematch_offered", "player_disconnected", "refused"])
      expect(`${kind}: ${(happened.get(kind) ?? 0) > 3}`).toBe(`${kind}: true`);
    store = crashed(store);
    const due = last.flatMap(({ dueAt }) => dueAt ?? []).toSorted((one, other) => one - other);
    expect((await store.due(due[2] ?? 0, 10)).length).toBe(due.filter((at) => at <= (due[2] ?? 0)).length);
    await store.close();
    store = open();
    for (const { document } of last) expect(await store.load(document.room.roomId)).toEqual(document);
    await store.close();
    const database = new Database(file());
    expect(database.query("SELECT count(*) AS moves FROM packed_moves").get()).toEqual({ moves: 0 });
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("say what to do with moves that they cannot read", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    await open().close();
    const database = new Database(file());
    database.run("INSERT INTO room_moves (number, moves) VALUES (1, ?)", [
      JSON.stringify([{ roomId: "r", version: 2, dueAt: null, room: null, tail: [], outcomes: {} }]),
    ]);
    database.close();
    expect(open).toThrow(/An earlier version wrote/);
    rmSync(folder, { recursive: true, force: true });
  });
});

it("are taken over from an earlier version that was killed, which kept them as text", async () => {
  settlingAt = 10_000;
  folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
  let store = open();
  const first = opened(0);
  await store.commit([{ writes: [first] }]);
  const second = changed(first.document, false, new Map());
  await store.close();
  const { document, dueAt, making } = second;
  const database = new Database(file());
  database.run("INSERT INTO room_moves (number, moves) VALUES (1, ?)", [
    JSON.stringify([{ roomId: document.room.roomId, version: document.version, dueAt, making }]),
  ]);
  database.close();
  store = open();
  expect(await store.load(document.room.roomId)).toEqual(document);
  store = crashed(store);
  expect(await store.load(document.room.roomId)).toEqual(document);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const killedOtherwise = new Error("These rules know no such turn.");

it("say which rules a killed process's moves want, where these are others", async () => {
  settlingAt = 10_000;
  folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
  const store = open();
  const first = opened(0);
  await store.commit([{ writes: [first] }]);
  let second = changed(first.document, false, new Map());
  while (second.making?.events.length === 0) second = changed(first.document, false, new Map());
  await store.commit([{ writes: [second] }]);
  const copy = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
  cpSync(folder, copy, { recursive: true });
  const evolve = () => {
    throw killedOtherwise;
  };
  expect(() => openSqliteRoomStore({ path: join(copy, "games.sqlite"), evolve })).toThrow(
    /start the version that was killed once more/,
  );
  await store.close();
  for (const each of [folder, copy]) rmSync(each, { recursive: true, force: true });
});

let number = 0;
const connectionId = asConnectionId("a connection");
const nextId = (): string =>
  Bun.randomUUIDv5(`${seed} ${(number += 1)}`, "6f1b3a52-8f0e-5d0c-9a3d-2f6f1c6b7e10");
const times = standardTimes;
const newcomer = (id: UserId, name: string) => ({ id, name, guest: false, clientSeed: `seed-of-${name}` });
const contextOf = (game: Game) => ({ game, now: 1_000_000 + number, times });

/** A table of one of the games, with its game begun. */
function opened(table: number): Write {
  const game = games[table % games.length];
  if (game === undefined) throw new Error("There are games.");
  const [host, guest] = [asUserId(`1${table}`), asUserId(`2${table}`)];
  const opening = { roomId: asRoomId(nextId()), roomName: `table ${table}`, serverSeed: "ab".repeat(32) };
  const creation = createRoom({ ...opening, host: newcomer(host, "host") }, contextOf(game));
  const joining = joinRoom(roomAfter(null, creation), newcomer(guest, "guest"), contextOf(game));
  const steps = [...stepsOf(creation), ...stepsOf(joining)];
  const making = makingOf(steps, false, host, null);
  return writeOf({ before: null, room: roomAfter(null, joining), making }, times);
}

/** Whatever may happen to this table next, as the service saves it. */
function changed(before: RoomDocument, followsTail: boolean, happened: Map<string, number>): Write {
  const { room } = before;
  const game = games.find(({ slug }) => slug === room.gameType);
  if (game === undefined) throw new Error("It is one of the games.");
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
  const making = makingOf(steps, followsTail, player, code);
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
    ...writeOf({ before, room: playing, making: makingOf([], false, host, null) }, times),
    making: null,
  };
}

const commandsOf = (game: Game): readonly [string, ...string[]] =>
  game.slug === "pig"
    ? ["games.command.pig.roll", "games.command.pig.roll", "games.command.pig.hold"]
    : [`games.command.${game.slug}.roll`];

function makingOf(
  steps: readonly RoomStep[],
  followsTail: boolean,
  userId: UserId,
  code: Rejection["code"] | null,
): Making {
  const commandId = asCommandId(nextId());
  // One for all of them, as the service has it, or one each.
  const shared: Actor = { kind: "person", userId, username: "somebody", roles: ["user"], connectionId };
  const isShared = random() < 0.8;
  const events: TailEvent[] = steps.map(({ event }) => ({
    event,
    eventId: nextId(),
    actor: isShared ? shared : { kind: "system" },
    commandId,
  }));
  const seq = steps.at(-1)?.event.seq ?? 0;
  const outcome =
    code === null ? { commandId, ok: true as const, seq } : { commandId, ok: false as const, code };
  return { events, followsTail, settled: random() < 0.9 ? { userId, outcome } : null };
}

const stepsOf = (decision: RoomDecision): readonly RoomStep[] => (decision.ok ? decision.steps : []);

function roomAfter(before: Room | null, decision: RoomDecision): Room {
  const room = stepsOf(decision).at(-1)?.room ?? before;
  if (room === null) throw new Error("It is decided.");
  return room;
}
