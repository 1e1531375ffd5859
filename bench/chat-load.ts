/**
 * People who write to each other on raw sockets: so many messages are under way at any time, and the next one leaves
 * when one has its outcome. Everybody's copies are counted; a missing or doubled one ends the run.
 */
import { openRawSocket, textFrame, textOf, type RawSocket } from "./raw-socket.ts";

/** People who hear each other, whoever of them speaks. */
export interface Circle {
  readonly sockets: readonly RawSocket[];
  /** Of these, those who speak: the first ones. */
  readonly speakers: number;
  /** What the speaker of this index says. */
  command(speaker: number): object;
}

export interface Said {
  readonly count: number;
  /** Seconds. */
  readonly elapsed: number;
  /** Milliseconds, one for each message. */
  readonly times: readonly number[];
  /** Copies that came to people. */
  readonly deliveries: number;
}

const idBytes = 36;
const uuid = "00000000-0000-4000-8000-000000000000";
/** Where the number stands in the id: its last group, twelve hexadecimal digits. */
const numberAt = 24;
const mark = Buffer.from('"commandId":"');
const chatEvent = Buffer.from('{"type":"chat.event.');
const error = Buffer.from('{"type":"system.error');
const digits = Buffer.from("0123456789abcdef");
const heartbeat = textFrame('{"type":"system.heartbeat"}');
const heartbeatMs = 15_000;

export async function arrive(socketUrl: string, token: string): Promise<RawSocket> {
  const socket = await openRawSocket(socketUrl);
  await answered(socket, { type: "system.authenticate", token }, "system.authenticated");
  setInterval(() => socket.send(heartbeat), heartbeatMs).unref();
  return socket;
}

/** Sends a command and waits for the frame that says that it was done. */
export function answered(socket: RawSocket, command: object, answer: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.onFrame = (bytes, start, end) => {
      const frame = textOf(bytes, start, end);
      if (frame.startsWith(`{"type":"${answer}"`)) resolve();
      else if (frame.startsWith('{"type":"system.error"')) reject(new Error(frame));
    };
    socket.send(textFrame(JSON.stringify({ ...command, commandId: crypto.randomUUID() })));
  });
}

interface Speaker {
  readonly here: Company;
  readonly socket: RawSocket;
  /** Its command as a frame, with the place of the id in it. */
  readonly frame: Uint8Array;
  readonly idAt: number;
}

interface Company {
  said: number;
  /** Of each of its people, the copies that came to her. */
  readonly heard: number[];
}

interface UnderWay {
  readonly speaker: Speaker;
  readonly sentAt: number;
}

export class ChatLoad {
  readonly #companies: Company[] = [];
  readonly #speakers: Speaker[] = [];
  readonly #outstanding: number;
  /** By the number in the command's id. */
  readonly #underWay = new Map<number, UnderWay>();
  #next = 1;
  #times: number[] = [];
  #isOver = true;

  constructor(circles: readonly Circle[], outstanding: number) {
    this.#outstanding = outstanding;
    const run = crypto.randomUUID().slice(0, 8);
    // Turn and turn about: one circle's messages do not come together.
    const most = Math.max(...circles.map(({ speakers }) => speakers));
    for (const circle of circles) this.#companies.push({ said: 0, heard: circle.sockets.map(() => 0) });
    for (let index = 0; index < most; index += 1) {
      for (const [n, circle] of circles.entries()) this.#addSpeaker(circle, this.#companies[n], index, run);
    }
    for (const [n, circle] of circles.entries()) {
      for (const [index, socket] of circle.sockets.entries()) this.#listen(this.#companies[n], socket, index);
    }
  }

  async run(seconds: number): Promise<Said> {
    this.#times = [];
    this.#isOver = false;
    const heard = this.#heard();
    const start = performance.now();
    for (let n = 0; n < this.#outstanding; n += 1) this.#say();
    await Bun.sleep(seconds * 1000);
    const elapsed = (performance.now() - start) / 1000;
    const times = this.#times;
    const deliveries = this.#heard() - heard;
    this.#isOver = true;
    await this.#settled();
    return { count: times.length, elapsed, times: times.slice(), deliveries };
  }

  #heard(): number {
    return this.#companies.reduce((sum, { heard }) => sum + heard.reduce((a, b) => a + b, 0), 0);
  }

  /** Everybody has everything, once. */
  async #settled(): Promise<void> {
    const deadline = performance.now() + 10_000;
    const isMissing = () =>
      this.#underWay.size > 0 ||
      this.#companies.some(({ said, heard }) => heard.some((count) => count < said));
    while (isMissing()) {
      if (performance.now() > deadline) throw new Error("A message is missing.");
      await Bun.sleep(5);
    }
    for (const { said, heard } of this.#companies) {
      if (heard.some((count) => count > said)) throw new Error("A message came twice.");
    }
  }

  #addSpeaker({ sockets, speakers, command }: Circle, here: Company | undefined, index: number, run: string) {
    const socket = sockets[index];
    if (index >= speakers || socket === undefined || here === undefined) return;
    const commandId = run + uuid.slice(run.length);
    const text = JSON.stringify({ ...command(index), commandId });
    const frame = textFrame(text);
    // ASCII throughout: a character is a byte.
    const idAt = frame.length - text.length + text.indexOf(commandId);
    this.#speakers.push({ here, socket, frame, idAt });
  }

  #say(): void {
    const number = this.#next++;
    const speaker = this.#speakers[number % this.#speakers.length];
    if (speaker === undefined) throw new Error("There is nobody to speak.");
    const { frame, idAt, here, socket } = speaker;
    const sent = frame.slice();
    for (let place = idAt + idBytes - 1, rest = number; rest > 0; place -= 1, rest = Math.floor(rest / 16))
      sent[place] = digits[rest % 16] ?? 0;
    here.said += 1;
    this.#underWay.set(number, { speaker, sentAt: performance.now() });
    socket.send(sent);
  }

  #listen(here: Company | undefined, socket: RawSocket, index: number): void {
    if (here === undefined) return;
    const { heard } = here;
    socket.onFrame = (bytes, start, end) => {
      const frame = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
      if (!begins(frame, chatEvent)) {
        if (begins(frame, error)) throw new Error(`A message was not taken: ${frame.toString()}`);
        return;
      }
      heard[index] = (heard[index] ?? 0) + 1;
      const at = frame.indexOf(mark);
      if (at < 0) throw new Error(`This has no command's id: ${frame.toString()}`);
      this.#outcome(numberIn(frame, at + mark.length + numberAt), socket);
    };
  }

  /** The speaker's own copy is the outcome; all others have been counted. */
  #outcome(number: number, socket: RawSocket): void {
    const underWay = this.#underWay.get(number);
    if (underWay?.speaker.socket !== socket) return;
    this.#underWay.delete(number);
    if (this.#isOver) return;
    this.#times.push(performance.now() - underWay.sentAt);
    this.#say();
  }
}

function begins(frame: Buffer, what: Buffer): boolean {
  for (let n = 0; n < what.length; n += 1) if (frame[n] !== what[n]) return false;
  return true;
}

function numberIn(frame: Buffer, at: number): number {
  let number = 0;
  for (let place = at; place < at + 12; place += 1) {
    const byte = frame[place] ?? 0;
    number = number * 16 + (byte < 58 ? byte - 48 : byte - 87);
  }
  return number;
}
