/** Numbered messages in rooms, so many under way: every delivery is looked at. */
import { processorSeconds } from "./machine.ts";
import { textFrame, type RawSocket } from "./raw-socket.ts";

/** The sockets that get a message, the first of them says it. */
export interface Room {
  readonly sockets: readonly RawSocket[];
  /** The number-th message, as a frame. */
  message(number: number): Uint8Array;
}

/** The number, then letters: 150 bytes. */
export const filler = "x".repeat(142);
export const digits = (number: number): string => String(number).padStart(8, "0");
/** What stands behind the number in a frame: `xxx","sentAt":"2026-01-01T00:00:00.000Z"}`. */
export const behindNumber = filler.length + '","sentAt":"2026-01-01T00:00:00.000Z"}'.length;
const quote = '"'.charCodeAt(0);

/** A message of this room as the platform takes it. */
export function sayingRoom(
  { type }: { readonly type: "player" | "spectator" },
  room: { roomId: string; sockets: readonly RawSocket[] },
): Room {
  const before = `{"type":"games.command.${type}_chat","roomId":"${room.roomId}","commandId":"`;
  return {
    sockets: room.sockets,
    message: (number) =>
      textFrame(`${before}${crypto.randomUUID()}","content":"${digits(number)}${filler}"}`),
  };
}

/** The number of a message; null in every other frame. */
export function numberIn(bytes: Uint8Array, start: number, end: number): number | null {
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
