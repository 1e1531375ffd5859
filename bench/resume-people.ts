/** People on raw sockets who are thrown out and come back, with their cursors, as the client library does. */
import { openRawSocket, textFrame, textOf, type RawSocket } from "./raw-socket.ts";
import type { Cursor } from "../src/protocol/index.ts";

/** Connections that are being opened at once: what a machine's accept queue and two processors can take. */
const atOnce = 200;
const retryMs = 100;
const heartbeatMs = 15_000;
const heartbeat = textFrame('{"type":"system.heartbeat"}');

export interface ReturningPerson {
  readonly userId: number;
  cursor: Cursor | null;
  /** null where she is not here. */
  socket: RawSocket | null;
  /** Snapshots that came to her since she came back. */
  snapshots: number;
}

export interface Return {
  /** From the socket's opening to `authenticated`. */
  readonly ms: number;
  readonly resumed: boolean;
}

export function peopleFrom(firstUserId: number, count: number): readonly ReturningPerson[] {
  return Array.from({ length: count }, (_, n) => ({
    userId: firstUserId + n,
    cursor: null,
    socket: null,
    snapshots: 0,
  }));
}

/** Some at a time. */
export async function inTurn<One>(
  all: readonly One[],
  each: (one: One, index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) {
      const one = all[index];
      if (one !== undefined) await each(one, index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Tries until it is let in. @param url asked anew for each try */
export async function comeBack(
  person: ReturningPerson,
  url: () => string,
  mint: (userId: number) => Promise<string>,
): Promise<Return> {
  for (;;) {
    try {
      return await enter(person, url(), await mint(person.userId));
    } catch {
      await Bun.sleep(retryMs);
    }
  }
}

/** Rejects where the socket is closed before that. */
export async function enter(person: ReturningPerson, url: string, token: string): Promise<Return> {
  const socket = await openRawSocket(url);
  const openedAt = performance.now();
  const { cursor } = person;
  const resume = cursor === null ? {} : { resume: { cursor, channels: [] } };
  const entered = Promise.withResolvers<Return>();
  socket.onFrame = (bytes, start, end) => {
    const frame = JSON.parse(textOf(bytes, start, end)) as {
      type: string;
      cursor?: Cursor;
      resumed?: boolean;
    };
    if (frame.cursor !== undefined) person.cursor = frame.cursor;
    if (frame.type === "system.authenticated") {
      entered.resolve({ ms: performance.now() - openedAt, resumed: frame.resumed === true });
    } else if (frame.type === "system.event.state_snapshot") person.snapshots += 1;
    else if (frame.type === "system.error") entered.reject(new Error(JSON.stringify(frame)));
  };
  const beating = setInterval(() => socket.send(heartbeat), heartbeatMs);
  socket.onClosed = () => {
    clearInterval(beating);
    person.socket = null;
    entered.reject(new Error("The socket was closed."));
  };
  socket.send(textFrame(JSON.stringify({ type: "system.authenticate", token, ...resume })));
  person.socket = socket;
  return entered.promise;
}

/** Asks until it is told: a platform that is behind says so, and the library asks again. */
export async function askForSnapshot(person: ReturningPerson): Promise<{ readonly refusals: number }> {
  const command = { type: "system.command.sync_state", commandId: crypto.randomUUID() };
  const frame = textFrame(JSON.stringify(command));
  for (let refusals = 0; ; refusals += 1) {
    if (await isTold(person, frame)) return { refusals };
    await Bun.sleep(retryMs);
  }
}

function isTold(person: ReturningPerson, question: Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const { socket } = person;
    if (socket === null) return reject(new Error("She is not here."));
    const { onClosed } = socket;
    socket.onClosed = () => {
      onClosed();
      reject(new Error("The socket was closed."));
    };
    socket.onFrame = (bytes, start, end) => {
      const text = textOf(bytes, start, end);
      if (text.startsWith('{"type":"system.event.state_snapshot"')) {
        person.snapshots += 1;
        resolve(true);
      } else if (text.startsWith('{"type":"system.error"')) resolve(false);
    };
    socket.send(question);
  });
}
