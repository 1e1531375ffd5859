/**
 * The rows by which rooms are found say what the documents of these rooms say, whatever becomes of a commit: saved,
 * refused in part, failed halfway, on a full disk, before a crash. A model that knows only documents is the measure.
 */
import { Database } from "bun:sqlite";
import { describe, expect, it } from "bun:test";
import { created, playingRoom } from "../../src/games/store/contract-fixture.ts";
import { claimsOf, membersOf } from "../../src/games/store/document.ts";
import { makeEarlier } from "../../src/games/store/sqlite-fixture.ts";
import {
  recentRooms,
  type Claim,
  type RoomDocument,
  type RoomStore,
  type Unit,
  type UnitResult,
} from "../../src/games/store/port.ts";
import { isOpen, standardTimes as times, waitsForPlayers, type Room } from "../../src/games/rooms/room.ts";
import { asUserId, StoreFull, type RoomId } from "../../src/protocol/index.ts";
import { chanceFrom, RoomFiles } from "./seeded-rooms.ts";
import { SeededUnits, users, type Rooms } from "./seeded-units.ts";
import { games } from "../../src/main/games.ts";
import { listingOf } from "../../src/games/rooms/view.ts";

const seed = Number(process.env["SEED"] ?? 20_261_126);
const commits = 600;
const chance = chanceFrom(seed);
const { random, below, nextId } = chance;
const seeded = new SeededUnits(chance);

/** They take three seconds alone, and longer beside others. */
const limitMs = 60_000;

const happened = new Set<string>();
const claimsSeen = new Set<Claim>();

describe("the rows of rooms in SQLite", () => {
  it.each([
    ["moves wait", 10_000],
    ["some are settled", 7],
    ["every move is soon settled", 1],
  ])(
    `say what their documents say after any commit, while %s (seed ${seed})`,
    async (_, settlingAt) => {
      happened.clear();
      claimsSeen.clear();
      const files = new RoomFiles();
      let store = files.open({ settlingAt });
      let limitMb: number | null = null;
      let rooms: Rooms = new Map();
      const restart = async () => {
        const crashes = random() < 0.5;
        happened.add(crashes ? "crashed" : "stopped");
        if (crashes) store = await files.crash(store, { settlingAt, limitMb });
        else {
          await store.close();
          store = files.open({ settlingAt, limitMb });
        }
        await expectDocuments(store, rooms, rooms.keys());
        await expectHolders(store, rooms);
      };

      for (let commit = 0; commit < commits; commit += 1) {
        const units = seeded.on(rooms);
        const fails = random() < 0.08;
        if (fails) units.splice(1 + below(units.length), 0, unsayable());
        const after: Rooms = new Map(rooms);
        const expected = units.map((unit) => saveIn(after, unit));
        const results = await store.commit(units).catch((error: unknown) => error);
        if (fails && results instanceof TypeError) happened.add("failed halfway");
        else if (limitMb !== null && results instanceof StoreFull) happened.add("full");
        else {
          expect(results).toEqual(fails ? TypeError : expected);
          rooms = after;
          noteSaved(units, expected);
          if (limitMb !== null) happened.add("saved where there was little room");
        }
        await expectDocuments(store, rooms, roomIdsOf(units));
        await expectFound(store, rooms);
        await expectHolders(store, rooms);
        files.inCopy((path) => expectRows(path, rooms));
        // It has room again, or has none any more.
        const turns = limitMb === null ? random() < 0.03 : results instanceof StoreFull && random() < 0.3;
        if (turns) limitMb = limitMb === null ? leastMb : null;
        if (turns || random() < 0.03) await restart();
      }

      await store.close();
      expectRows(files.path, rooms);
      files.remove();
      // Nothing of this was left out by chance.
      expect(sometimes.filter((what) => !happened.has(what))).toEqual([]);
    },
    limitMs,
  );
});

describe("files of rooms that earlier versions have left", () => {
  it.each([
    ["was killed", 1, true],
    ["was killed", 2, true],
    ["had stopped", 2, false],
  ] as const)(
    `are gone on with: one that %s and knew %d steps (seed ${seed})`,
    async (_, steps, isKilled) => {
      claimsSeen.clear();
      const files = new RoomFiles();
      let store = files.open({ settlingAt: 300 });
      const rooms: Rooms = new Map();
      // Until there are rooms whose game is over and whose players may still go on, which are the hardest to tell.
      for (let commit = 0; commit < 250 || openRematches(rooms) < 2; commit += 1) {
        const units = seeded.on(rooms);
        const expected = units.map((unit) => saveIn(rooms, unit));
        expect(await store.commit(units)).toEqual(expected);
      }
      if (isKilled) await files.leave(store);
      else await store.close();
      makeEarlier(files.path, steps);

      store = files.open({ settlingAt: 7 });
      await expectDocuments(store, rooms, rooms.keys());
      await expectFound(store, rooms);
      await expectHolders(store, rooms);
      files.inCopy((path) => expectRows(path, rooms));
      for (let commit = 0; commit < 30; commit += 1) {
        const units = seeded.on(rooms);
        const expected = units.map((unit) => saveIn(rooms, unit));
        expect(await store.commit(units)).toEqual(expected);
        await expectFound(store, rooms);
      }
      store = await files.crash(store);
      await expectDocuments(store, rooms, rooms.keys());
      await expectFound(store, rooms);
      await store.close();
      expectRows(files.path, rooms);
      files.remove();
    },
    limitMs,
  );
});

function openRematches(rooms: Rooms): number {
  const since = seeded.now - times.rematchMs;
  const all = [...rooms.values()].map(({ document }) => document.room);
  return all.filter((room) => room.status === "finished" && waitsForPlayers(room) && room.finishedAt >= since)
    .length;
}

const sometimes = [
  ["saved", "claimed", "conflict", "several units of one room", "a rematch in one unit", "archived"],
  ["failed halfway", "full", "saved where there was little room", "crashed", "stopped"],
  ["player_joined", "game_event", "game_over", "player_left", "room_closed", "rematch_closed", "refused"],
].flat();

/** Less than there is already: nothing grows any more. */
const leastMb = 0.01;

/** What MUST become of a unit by the port. */
function saveIn(rooms: Rooms, { writes }: Unit): UnitResult {
  for (const { document } of writes) {
    const { roomId } = document.room;
    if ((rooms.get(roomId)?.document.version ?? 0) !== document.version - 1) return { kind: "conflict" };
    for (const claim of claimsOf(document.room)) {
      const holder = [...rooms.values()].find((write) => claimsOf(write.document.room).includes(claim));
      const holderId = holder?.document.room.roomId ?? roomId;
      if (holderId !== roomId) return { kind: "claimed", claim, roomId: holderId };
    }
  }
  for (const write of writes) rooms.set(write.document.room.roomId, write);
  return { kind: "saved" };
}

function noteSaved(units: readonly Unit[], results: readonly UnitResult[]): void {
  const saved = units.filter((_, index) => results[index]?.kind === "saved");
  for (const { kind } of results) happened.add(kind);
  const roomIds = roomIdsOf(saved);
  if (new Set(roomIds).size < roomIds.length) happened.add("several units of one room");
  for (const { writes } of saved) {
    if (writes.length > 1) happened.add("a rematch in one unit");
    for (const { document, making } of writes) {
      const { room } = document;
      if (room.status === "finished" && room.archived) happened.add("archived");
      if (making?.settled?.outcome.ok === false) happened.add("refused");
      for (const { event } of making?.events ?? []) happened.add(event.kind);
    }
  }
}

const roomIdsOf = (units: readonly Unit[]): readonly RoomId[] =>
  units.flatMap(({ writes }) => writes.map(({ document }) => document.room.roomId));

async function expectDocuments(store: RoomStore, rooms: Rooms, roomIds: Iterable<RoomId>): Promise<void> {
  for (const roomId of roomIds) expect(await store.load(roomId)).toEqual(rooms.get(roomId)?.document ?? null);
}

/** What was ever held is held by the room that holds it now, or by none. */
async function expectHolders(store: RoomStore, rooms: Rooms): Promise<void> {
  const holders = new Map(
    [...rooms.values()].flatMap(({ document: { room } }) =>
      claimsOf(room).map((claim) => [claim, room.roomId] as const),
    ),
  );
  for (const claim of holders.keys()) claimsSeen.add(claim);
  for (const claim of claimsSeen) expect(await store.holderOf(claim)).toBe(holders.get(claim) ?? null);
  const statuses = [...rooms.values()].map(({ document: { room } }) => room.status);
  const count = (status: Room["status"]) => statuses.filter((each) => each === status).length;
  expect(await store.countOpen()).toEqual({ waiting: count("waiting"), playing: count("playing") });
}

/** The rooms whose time has come, those of the lobbies, those of people, and those in which it matters who is connected. */
async function expectFound(store: RoomStore, rooms: Rooms): Promise<void> {
  const all = [...rooms.values()];
  const soon = seeded.now + times.turnClockMs;
  const due = all.filter(({ dueAt }) => dueAt !== null && dueAt <= soon);
  expect(idsOf(await store.due(soon, 10_000))).toEqual(idsOf(due.map(({ document }) => document)));

  for (const { slug } of games) {
    const ofGame = all.flatMap(({ document: { room } }) => (room.gameType === slug ? [room] : []));
    const listed = ofGame.filter(isOpen).toSorted(byAge);
    const [lines, waiting] = [await store.list(slug), await store.waiting(slug, 3)];
    expect(lines).toEqual(listed.flatMap((room) => listingOf(room) ?? []));
    const waits = listed.filter(({ status }) => status === "waiting").slice(0, 3);
    expect(waiting.map(({ room }) => room.roomId)).toEqual(waits.map(({ roomId }) => roomId));
  }
  for (const userId of users) {
    const hers = all.flatMap(({ document: { room } }) => (membersOf(room).includes(userId) ? [room] : []));
    const oldestFirst = hers.toSorted((one, other) => one.createdAt - other.createdAt);
    const expected = oldestFirst.filter((room, index) => isOpen(room) || index >= hers.length - recentRooms);
    const found = await store.roomsOf(userId);
    expect(found.map(({ room }) => room.roomId)).toEqual(expected.map(({ roomId }) => roomId));
  }
  const unarchived = idsOf(await Array.fromAsync(store.unarchived()));
  for (const { document } of all)
    if (membersOf(document.room).length > 0) expect(unarchived).toContain(document.room.roomId);
  expect(new Set(unarchived).size).toBe(unarchived.length);

  const since = seeded.now - times.rematchMs;
  const hasEnded = (room: Room) => room.status === "finished" && room.finishedAt < since;
  const inPlay = all.filter(({ document: { room } }) => waitsForPlayers(room) && !hasEnded(room));
  const found = await Array.fromAsync(store.inPlay(since));
  expect(idsOf(found)).toEqual(idsOf(inPlay.map(({ document }) => document)));
}

const byAge = (one: Room, other: Room) =>
  one.createdAt - other.createdAt || (one.roomId < other.roomId ? -1 : 1);

const idsOf = (documents: readonly RoomDocument[]) => documents.map(({ room }) => room.roomId).toSorted();

function expectRows(path: string, rooms: Rooms): void {
  const database = new Database(path);
  // A copy need not last.
  database.run("PRAGMA synchronous = OFF");
  const rowsOf = (query: string) => sortedRows(database.query(query).values());
  const all = [...rooms.values()].map(({ document }) => document.room);
  const over = all.filter((room) => !isOpen(room));
  expect(rowsOf(membersOfOver)).toEqual(
    sortedRows(over.flatMap((room) => membersOf(room).map((id) => [id, room.roomId, room.createdAt]))),
  );
  expect(rowsOf(`SELECT ${columns} FROM game_rooms`)).toEqual(sortedRows(all.map(rowOf)));
  database.close();
}

const membersOfOver = `SELECT user_id, room_id, room_members.created_at
  FROM room_members JOIN game_rooms ON number = room`;

const columns =
  "room_id, game_type, room_name, host_id, status, players, created_at, started_at, finished_at";

function rowOf(room: Room): readonly unknown[] {
  const { roomId, gameType, roomName, hostId, status, createdAt } = room;
  const players = JSON.stringify(room.seats.map(({ id }) => id));
  const startedAt = "startedAt" in room ? room.startedAt : null;
  const finishedAt = "finishedAt" in room ? room.finishedAt : null;
  return [roomId, gameType, roomName, hostId, status, players, createdAt, startedAt, finishedAt];
}

const sortedRows = (rows: readonly (readonly unknown[])[]): readonly string[] =>
  rows.map((row) => JSON.stringify(row)).toSorted();

/** Its rows are written, and those of the units before it; its document cannot be made JSON. */
function unsayable(): Unit {
  const room = playingRoom(nextId(), asUserId(nextId()), asUserId(nextId()));
  return { writes: [created({ ...room, game: 1n })] };
}
