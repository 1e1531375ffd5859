/**
 * How the cost of one thing grows with the number of others: tables, and with `write` also the plots of
 * docs/performance.md.
 *
 *   npm run bench -- growth [seconds] [part]       part: sockets, rooms, members, archive, messages, window or gateways
 *   npm run bench -- growth [seconds] write
 *
 * The platform is bound to the first processor and its people to the second, where `taskset` is there; rooms and what
 * else needs no socket are measured in a process of their own.
 */
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mongoPages, sqlitePages } from "./chat-history.ts";
import { rollsThrough } from "./cluster.ts";
import { startGamesAlone } from "./games-alone.ts";
import { writeGrowth, type Point, type Series } from "./growth-page.ts";
import { describeMachine, median, stayOnProcessor } from "./machine.ts";
import { openPeople } from "./people.ts";
import { Course, sayingRoom } from "./course.ts";
import { biggerDice } from "../src/games/bigger-dice/bigger-dice.ts";
import { roomRules } from "../src/games/rooms/room-rules.ts";
import { unpacked } from "../src/games/store/sqlite-packing.ts";
import { openSqliteRoomStore } from "../src/games/store/sqlite.ts";
import { asRoomId, audienceOf } from "../src/protocol/index.ts";
import { defaultReplayBounds, ReplayWindow } from "../src/ws-gateway/replay-window.ts";
import { residentMb, startPlatform } from "../tests/platform.ts";

const environment = { WS_GATEWAY_LIMIT_SCALE: "1000000", TURN_CLOCK_MS: "3600000", LOG_LEVEL: "error" };
const arrivingAtOnce = 64;

const parts: Readonly<Record<string, (seconds: number) => Promise<readonly Series[]>>> = {
  sockets,
  rooms,
  members,
  archive,
  messages,
  window: replayWindow,
  gateways,
};

export async function benchGrowth(seconds = 5, part = ""): Promise<void> {
  console.log(`growth: ${describeMachine()}`);
  const all: Series[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (part !== "" && part !== "write" && part !== name) continue;
    for (const series of await measure(seconds)) {
      all.push(series);
      console.log(`  ${series.name}`);
      for (const { count, cost } of series.points) {
        console.log(
          `    ${count.toLocaleString("en").padStart(12)} ${series.of}: ${cost.toPrecision(3)} ${series.unit}`,
        );
      }
    }
  }
  if (part === "write") await writeGrowth(all, describeMachine());
}

/** Each with the handshake, a heartbeat in 15 s, and in no room. */
async function sockets(): Promise<readonly Series[]> {
  stayOnProcessor(1);
  const points: Point[] = [];
  for (const count of [1_000, 5_000, 10_000, 18_000]) {
    const platform = await startPlatform(environment, { onProcessor: 0 });
    try {
      const people = await openPeople(platform);
      for (let n = 0; n < 200; n += 1) await people.arrive();
      const before = residentMb(platform.pid);
      let left = count;
      const arriving = async (): Promise<void> => {
        while ((left -= 1) >= 0) await people.arrive();
      };
      await Promise.all(Array.from({ length: arrivingAtOnce }, arriving));
      await Bun.sleep(20_000); // a heartbeat of each, and what the arrivals left behind collected
      points.push({ count, cost: ((residentMb(platform.pid) - before) * 1024) / count });
    } finally {
      await platform.cleanUp();
    }
  }
  return [{ name: "memory of a socket that is authenticated and idle", of: "sockets", unit: "KiB", points }];
}

async function rooms(seconds: number): Promise<readonly Series[]> {
  const points: Point[] = [];
  for (const count of [100, 1_000, 10_000, 50_000]) {
    await inFolder(async (folder) => {
      const games = await startGamesAlone(folder);
      await games.open(count);
      await games.roll(1, 256);
      const costs: number[] = [];
      for (let turn = 0; turn < 3; turn += 1) costs.push((await games.roll(seconds, 256)).cost);
      points.push({ count, cost: median(costs) });
      await games.stop();
    });
  }
  return [
    { name: "a roll, decided, saved and said (without sockets)", of: "active rooms", unit: "µs", points },
  ];
}

async function members(seconds: number): Promise<readonly Series[]> {
  stayOnProcessor(1);
  const points: Point[] = [];
  for (const count of [2, 10, 100, 1_000, 10_000]) {
    const platform = await startPlatform(environment, { onProcessor: 0 });
    try {
      const people = await openPeople(platform);
      const room = sayingRoom({ type: "spectator" }, await people.room({ type: "spectator", people: count }));
      const course = new Course([room], 1, platform.pid);
      await course.run(1);
      const costs: number[] = [];
      for (let turn = 0; turn < 3; turn += 1) costs.push((await course.run(seconds)).cost);
      points.push({ count, cost: median(costs) });
    } finally {
      await platform.cleanUp();
    }
  }
  return [
    { name: "a delivery of what one spectator says", of: "spectators of the room", unit: "µs", points },
  ];
}

/** A finished game is read, with its whole history, among so many; each has about as many events as a game has. */
async function archive(): Promise<readonly Series[]> {
  const points: Point[] = [];
  for (const events of [10_000, 100_000, 1_000_000, 10_000_000]) {
    await inFolder(async (folder) => {
      const games = await startGamesAlone(folder);
      await games.open(1);
      await games.roll(0.2, 1);
      await games.stop();
      const file = join(folder, "games.sqlite");
      const ids = multiply(file, events);
      const store = openSqliteRoomStore({ path: file, rules: roomRules([biggerDice]) });
      const start = performance.now();
      for (const id of ids)
        if ((await store.load(asRoomId(id))) === null) throw new Error("It is not there.");
      points.push({ count: events, cost: (1_000 * (performance.now() - start)) / ids.length });
      await store.close();
    });
  }
  return [{ name: "a finished game read from the disk, SQLite", of: "stored events", unit: "µs", points }];
}

/** Pages of 50 from anywhere in one chat that is so long. */
async function messages(): Promise<readonly Series[]> {
  const pagesOf = { SQLite: await sqlitePages(), MongoDB: await mongoPages() };
  return Object.entries(pagesOf).flatMap(([store, pages]): readonly Series[] => {
    if (pages === null) return [];
    const points = pages.map(({ size, times }): Point => ({ count: size, cost: 1_000 * median(times) }));
    return [{ name: `a page of a chat read, ${store}`, of: "stored messages", unit: "µs", points }];
  });
}

/** Fills the file with copies of one finished game. @returns the ids of some */
function multiply(file: string, events: number): readonly string[] {
  const database = new Database(file);
  const finished = database.prepare(
    `SELECT room, version, document FROM game_states JOIN game_rooms ON game_rooms.number = room
     WHERE status = 'finished' AND in_play = 0 LIMIT 1`,
  );
  const one = finished.get() as { room: number; version: number; document: Uint8Array };
  finished.finalize();
  const { seq } = (unpacked(one.document) as { room: { seq: number } }).room;
  const count = Math.ceil(events / seq);
  const insert = database.prepare(
    "INSERT INTO game_states (room_id, room, version, document, in_play) VALUES (?, ?, ?, ?, 0)",
  );
  database.transaction(() => {
    for (let n = 0; n < count; n += 1) insert.run(`copy-${n}`, one.room, one.version, one.document);
  })();
  insert.finalize();
  database.close(true);
  return Array.from({ length: 1_000 }, (_, n) => `copy-${(n * 7_919) % count}`);
}

/** Somebody comes back who has missed ten events of her room, while so many events are kept. */
async function replayWindow(): Promise<readonly Series[]> {
  const added: Point[] = [];
  const asked: Point[] = [];
  filledWindow(100_000); // until the compiler has done its work
  for (const count of [1_000, 10_000, 100_000, 400_000]) {
    const { window, audienceAt, micros } = filledWindow(count);
    added.push({ count, cost: micros / count });
    const costs: number[] = [];
    for (let n = 0; n < 2_000; n += 1) {
      const positions = { "games.events/0": Math.floor(count * 0.9) };
      const begin = performance.now();
      window.missed(positions, [{ audience: audienceAt(n), fromOrder: 0 }], 256 * 1024);
      costs.push(1_000 * (performance.now() - begin));
    }
    asked.push({ count, cost: median(costs) });
  }
  return [
    { name: "an event put into the replay window", of: "events kept", unit: "µs", points: added },
    { name: "what somebody has missed, read from it", of: "events kept", unit: "µs", points: asked },
  ];
}

/** Of a hundred events for each room. */
function filledWindow(count: number) {
  const window = new ReplayWindow({}, { ...defaultReplayBounds, bytes: 1024 ** 3 });
  const audienceAt = (n: number) => audienceOf.room(asRoomId(`${n % Math.ceil(count / 100)}`));
  const frame = "x".repeat(400);
  const start = performance.now();
  for (let offset = 0; offset < count; offset += 1) {
    window.add({
      audiences: [audienceAt(offset)],
      partition: "games.events/0",
      offset,
      appendedAt: Date.now(),
      frame,
      seq: offset + 1,
    });
  }
  return { window, audienceAt, micros: 1_000 * (performance.now() - start) };
}

async function gateways(seconds: number): Promise<readonly Series[]> {
  const p50: Point[] = [];
  const cost: Point[] = [];
  for (const count of [1, 2, 3, 4]) {
    const measured = await rollsThrough(count, seconds);
    if (measured === null) return [];
    p50.push({ count, cost: measured.medianMs });
    cost.push({ count, cost: 1e6 * measured.processor });
  }
  const of = "gateways, and as many platforms";
  return [
    { name: "a roll through a cluster at 200 a second, p50", of, unit: "ms", points: p50 },
    { name: "processor time of all our programs for such a roll", of, unit: "µs", points: cost },
  ];
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-bench-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
