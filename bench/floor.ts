/** The least that a server on this runtime does with the same bytes (floor-server.ts), bound to the first processor. */
import { join } from "node:path";
import { Course, behindNumber, digits, filler, type Measured, type Room } from "./course.ts";
import { openRawSocket, textFrame, type RawSocket } from "./raw-socket.ts";
import { boundTo, launchProgram } from "../tests/platform.ts";

export interface Floor {
  readonly pid: number;
  /**
   * A room of its own. With one person in it, a message goes back to her alone.
   * @param sample the frame that comes back: the platform's, with a number and letters in it
   */
  room(people: number, index: number, sample: string): Promise<Room>;
  stop(): void;
}

export async function openFloor(): Promise<Floor> {
  const program = join(import.meta.dir, "floor-server.ts");
  const { child, url } = await launchProgram([...boundTo(0), process.execPath, program], {});
  return {
    pid: child.pid,
    room: (people, index, sample) => floorRoom(people, index, url, sample),
    stop: () => child.kill(),
  };
}

/** A frame such as the platform sends it. */
const frame =
  `{"type":"games.event.player_chat","eventId":"${crypto.randomUUID()}","at":"games.events/0/100000",` +
  `"commandId":"${crypto.randomUUID()}","roomId":"${crypto.randomUUID()}","senderId":"1000001",` +
  `"content":"${digits(0)}${filler}","sentAt":"2026-01-01T00:00:00.000Z"}`;

const people = 200;

/** So many who each get back what they say, one message under way for each: what W2 is compared with. */
export async function measureEchoes(seconds: number): Promise<Measured> {
  const floor = await openFloor();
  try {
    const rooms = await Promise.all(
      Array.from({ length: people }, (_, index) => floor.room(1, index, frame)),
    );
    const course = new Course(rooms, 1, floor.pid);
    await course.run(1); // warm
    return await course.run(seconds);
  } finally {
    floor.stop();
  }
}

async function floorRoom(people: number, index: number, url: string, sample: string): Promise<Room> {
  const kind = people === 1 ? "echo" : "room";
  const address = `${url.replace("http", "ws")}/${kind}/${index}`;
  const sockets: RawSocket[] = [];
  while (sockets.length < people) sockets.push(await openRawSocket(address));
  const at = sample.length - behindNumber - 8;
  const [before, behind] = [sample.slice(0, at), sample.slice(at + 8)];
  return { sockets, message: (number) => textFrame(before + digits(number) + behind) };
}
