/**
 * What a message costs from socket to socket, beside the least that a server on this runtime does with the same bytes
 * (floor-server.ts), each on one processor, by turns in one run:
 *
 *   npm run bench -- wire [seconds]     seconds of each measurement; three of each are made
 *
 *   fan-out              what one spectator says, to 2,000; the next when all have the last
 *   fan-out, ten ahead   the same with ten messages under way
 *   to oneself           200 people, each alone in a room, one message under way for each
 *   to both              1,000 rooms of two, one message under way in each
 *
 * A message has 150 bytes of text. Every delivery is looked at: one that is missing, doubled or out of order ends the
 * run. The programs are bound to the first processor and their people to the second, where `taskset` is there.
 */
import { join } from "node:path";
import { describeMachine, median, processorSeconds, stayOnProcessor } from "./machine.ts";
import { openPeople } from "./people.ts";
import { openRawSocket, textFrame, textOf, type RawSocket } from "./raw-socket.ts";
import { launchProgram, startPlatform } from "../tests/platform.ts";

const limitScale = 1_000_000;
const turns = 3;

/** The sockets that get a message, the first of them says it. */
export interface Room {
  readonly sockets: readonly RawSocket[];
  /** The number-th message, as a frame. */
  message(number: number): Uint8Array;
}

interface Work {
  readonly name: string;
  readonly type: "player" | "spectator";
  readonly rooms: number;
  readonly people: number;
  /** For each room. */
  readonly underWay: number;
}

const works: readonly Work[] = [
  { name: "fan-out", type: "spectator", rooms: 1, people: 2_000, underWay: 1 },
  { name: "fan-out, ten ahead", type: "spectator", rooms: 1, people: 2_000, underWay: 10 },
  { name: "to oneself", type: "player", rooms: 200, people: 1, underWay: 1 },
  { name: "to both", type: "player", rooms: 1_000, people: 2, underWay: 1 },
];

/** The number, then letters: 150 bytes. */
const filler = "x".repeat(142);
const digits = (number: number): string => String(number).padStart(8, "0");
/** What stands behind the number in a frame: `xxx","sentAt":"2026-01-01T00:00:00.000Z"}`. */
const behindNumber = filler.length + '","sentAt":"2026-01-01T00:00:00.000Z"}'.length;
const quote = '"'.charCodeAt(0);

export async function benchWire(seconds = 5, only = ""): Promise<void> {
  console.log(`wire, embedded: ${describeMachine()}; WS_GATEWAY_LIMIT_SCALE=${limitScale}`);
  stayOnProcessor(1);
  for (const work of works) if (work.name.includes(only)) await compare(work, seconds);
}

async function compare(work: Work, seconds: number): Promise<void> {
  const own = await startPlatform(
    { WS_GATEWAY_LIMIT_SCALE: String(limitScale), TURN_CLOCK_MS: "3600000", LOG_LEVEL: "warn" },
    { onProcessor: 0 },
  );
  const program = join(import.meta.dir, "floor-server.ts");
  const pinned = Bun.which("taskset") === null ? [] : ["taskset", "-c", "0"];
  const floor = await launchProgram([...pinned, process.execPath, program], {});
  try {
    const people = await openPeople(own);
    const ownRooms = await Promise.all(
      Array.from({ length: work.rooms }, async () => sayingRoom(work, await people.room(work))),
    );
    const sample = await sampleOf(ownRooms);
    const floorRooms = await Promise.all(
      Array.from({ length: work.rooms }, (_, n) => floorRoom(work, n, floor.url, sample)),
    );
    const results: { own: Measured[]; floor: Measured[] } = { own: [], floor: [] };
    const ownCourse = new Course(ownRooms, work.underWay, own.pid);
    const floorCourse = new Course(floorRooms, work.underWay, floor.child.pid);
    await floorCourse.run(1);
    await ownCourse.run(1);
    for (let turn = 0; turn < turns; turn += 1) {
      results.floor.push(await floorCourse.run(seconds));
      results.own.push(await ownCourse.run(seconds));
    }
    report(work, results);
  } finally {
    floor.child.kill();
    await own.cleanUp();
  }
}

function report({ name }: Work, results: { own: readonly Measured[]; floor: readonly Measured[] }): void {
  const middle = (all: readonly Measured[], of: (one: Measured) => number) => median(all.map(of));
  const line = (all: readonly Measured[]) =>
    `${Math.round(middle(all, ({ rate }) => rate)).toLocaleString("en")} deliveries/s, ` +
    `${middle(all, ({ cost }) => cost).toFixed(2)} µs of the processor each`;
  const ratio = middle(results.own, ({ rate }) => rate) / middle(results.floor, ({ rate }) => rate);
  const costs = middle(results.floor, ({ cost }) => cost) / middle(results.own, ({ cost }) => cost);
  console.log(`  ${name}: ${line(results.own)}; the floor ${line(results.floor)}`);
  console.log(`    ${ratio.toFixed(2)} of the floor's rate, ${costs.toFixed(2)} by the processor`);
}

/** A message of this room as the platform takes it. */
export function sayingRoom(
  { type }: Pick<Work, "type">,
  room: { roomId: string; sockets: readonly RawSocket[] },
): Room {
  const before = `{"type":"games.command.${type}_chat","roomId":"${room.roomId}","commandId":"`;
  return {
    sockets: room.sockets,
    message: (number) =>
      textFrame(`${before}${crypto.randomUUID()}","content":"${digits(number)}${filler}"}`),
  };
}

/** A frame that the platform sends for such a message: the floor sends the same bytes. */
async function sampleOf([room]: readonly Room[]): Promise<string> {
  const [socket] = room?.sockets ?? [];
  if (room === undefined || socket === undefined) throw new Error("There is nobody.");
  const frame = new Promise<string>((resolve) => {
    socket.onFrame = (bytes, start, end) => {
      if (numberIn(bytes, start, end) !== null) resolve(textOf(bytes, start, end));
    };
  });
  socket.send(room.message(0));
  return frame;
}

async function floorRoom({ people }: Work, index: number, url: string, sample: string): Promise<Room> {
  const kind = people === 1 ? "echo" : "room";
  const address = `${url.replace("http", "ws")}/${kind}/${index}`;
  const sockets: RawSocket[] = [];
  while (sockets.length < people) sockets.push(await openRawSocket(address));
  const at = sample.length - behindNumber - 8;
  const [before, behind] = [sample.slice(0, at), sample.slice(at + 8)];
  return { sockets, message: (number) => textFrame(before + digits(number) + behind) };
}

/** The number of a message; null in every other frame. */
function numberIn(bytes: Uint8Array, start: number, end: number): number | null {
  const at = end - behindNumber - 8;
  if (at - 1 < start || bytes[at - 1] !== quote) return null;
  let number = 0;
  for (let place = at; place < at + 8; place += 1) {
    const digit = (bytes[place] ?? 0) - 48;
    if (digit < 0 || digit > 9) return null;
    number = number * 10 + digit;
  }
  return number;
}

export interface Measured {
  /** Deliveries a second. */
  readonly rate: number;
  /** Processor time of the program for each delivery, microseconds. */
  readonly cost: number;
}

/** Keeps so many messages under way in each room. */
export class Course {
  readonly #rooms: readonly CourseRoom[];
  readonly #pid: number;
  #deliveries = 0;
  #isOver = true;

  constructor(rooms: readonly Room[], underWay: number, pid: number) {
    this.#pid = pid;
    this.#rooms = rooms.map((room) => {
      const here: CourseRoom = { room, underWay, next: 1, missing: new Map() };
      for (const socket of room.sockets) this.#listen(here, socket);
      return here;
    });
  }

  async run(seconds: number): Promise<Measured> {
    this.#deliveries = 0;
    this.#isOver = false;
    const before = processorSeconds(this.#pid);
    const start = performance.now();
    for (const here of this.#rooms) for (let n = 0; n < here.underWay; n += 1) this.#say(here);
    await Bun.sleep(seconds * 1000);
    const deliveries = this.#deliveries;
    const elapsed = (performance.now() - start) / 1000;
    const processor = processorSeconds(this.#pid) - before;
    this.#isOver = true;
    await this.#settled();
    return { rate: deliveries / elapsed, cost: (1e6 * processor) / deliveries };
  }

  async #settled(): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (this.#rooms.some(({ missing }) => missing.size > 0)) {
      if (performance.now() > deadline) throw new Error("A delivery is missing.");
      await Bun.sleep(5);
    }
  }

  #say(here: CourseRoom): void {
    const { room, next } = here;
    here.next += 1;
    here.missing.set(next, room.sockets.length);
    room.sockets[0]?.send(room.message(next));
  }

  #listen(here: CourseRoom, socket: RawSocket): void {
    let expected = 1;
    socket.onFrame = (bytes, start, end) => {
      const number = numberIn(bytes, start, end);
      if (number === null) return;
      if (number !== expected) throw new Error(`Message ${number} came in the place of ${expected}.`);
      expected += 1;
      this.#deliveries += 1;
      const missing = (here.missing.get(number) ?? 0) - 1;
      if (missing > 0) {
        here.missing.set(number, missing);
        return;
      }
      here.missing.delete(number);
      if (!this.#isOver) this.#say(here);
    };
  }
}

interface CourseRoom {
  readonly room: Room;
  readonly underWay: number;
  next: number;
  /** Of each message under way, how many have yet to get it. */
  readonly missing: Map<number, number>;
}
