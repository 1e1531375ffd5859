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
import { Course, numberIn, sayingRoom, type Measured, type Room } from "./course.ts";
import { openFloor } from "./floor.ts";
import { describeMachine, median, stayOnProcessor } from "./machine.ts";
import { openPeople } from "./people.ts";
import { textOf } from "./raw-socket.ts";
import { startPlatform } from "../tests/platform.ts";

const limitScale = 1_000_000;
const turns = 3;

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
  const floor = await openFloor();
  try {
    const people = await openPeople(own);
    const ownRooms = await Promise.all(
      Array.from({ length: work.rooms }, async () => sayingRoom(work, await people.room(work))),
    );
    const sample = await sampleOf(ownRooms);
    const floorRooms = await Promise.all(
      Array.from({ length: work.rooms }, (_, n) => floor.room(work.people, n, sample)),
    );
    const results: { own: Measured[]; floor: Measured[] } = { own: [], floor: [] };
    const ownCourse = new Course(ownRooms, work.underWay, own.pid);
    const floorCourse = new Course(floorRooms, work.underWay, floor.pid);
    await floorCourse.run(1);
    await ownCourse.run(1);
    for (let turn = 0; turn < turns; turn += 1) {
      results.floor.push(await floorCourse.run(seconds));
      results.own.push(await ownCourse.run(seconds));
    }
    report(work, results);
  } finally {
    floor.stop();
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
