/** A socket without the client library: sends whatever a hostile client would, and shows every frame. */
import { guestSession, socketToken, type Platform } from "../platform.ts";

export interface RawFrame {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface RawSocket {
  readonly userId: string;
  /** As it is: text, or bytes as a binary frame. */
  sendRaw(data: string | Uint8Array<ArrayBuffer>): void;
  send(frame: object): void;
  /** The next frame, in the order in which they came, that satisfies `wanted`; those before it are passed over. */
  next(wanted: (frame: RawFrame) => boolean): Promise<RawFrame>;
  /** The close code, once it is closed. */
  readonly closed: Promise<number>;
  isOpen(): boolean;
  close(): void;
}

/** Opens a socket and leaves it as it is after the welcome. */
export async function openRaw(platform: Platform): Promise<RawSocket> {
  const socket = new WebSocket(`${platform.url.replace("http", "ws")}/ws`);
  socket.binaryType = "arraybuffer";
  const frames: RawFrame[] = [];
  let waiting: { wanted: (frame: RawFrame) => boolean; resolve: (frame: RawFrame) => void } | null = null;
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<number>();
  socket.onclose = ({ code }) => onClosed(code);

  function look(): void {
    while (waiting !== null) {
      const frame = frames.shift();
      if (frame === undefined) return;
      if (!waiting.wanted(frame)) continue;
      const { resolve } = waiting;
      waiting = null;
      resolve(frame);
    }
  }
  socket.onmessage = ({ data }) => {
    frames.push(JSON.parse(String(data)) as RawFrame);
    look();
  };

  const raw: RawSocket = {
    userId: "",
    sendRaw: (data) => socket.send(data),
    send: (frame) => socket.send(JSON.stringify(frame)),
    next: (wanted) =>
      new Promise((resolve) => {
        waiting = { wanted, resolve };
        look();
      }),
    closed,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    close: () => socket.close(),
  };
  await raw.next(({ type }) => type === "system.welcome");
  return raw;
}

/** Opens a socket as a new guest. */
export async function openAsGuest(platform: Platform): Promise<RawSocket> {
  return openWith(platform, await guestSession(platform.url));
}

/** Opens a socket as the person with this cookie. */
export async function openWith(platform: Platform, cookie: string): Promise<RawSocket> {
  const { token } = await socketToken(platform.url, cookie);
  const raw = await openRaw(platform);
  raw.send({ type: "system.authenticate", token });
  const { userId } = await raw.next(({ type }) => type === "system.authenticated");
  return { ...raw, userId: String(userId) };
}

/** Sends a command with an id of its own; answers the first frame that carries it. */
export async function ask(
  raw: RawSocket,
  type: string,
  payload: object,
  commandId: string = crypto.randomUUID(),
) {
  raw.send({ type, commandId, ...payload });
  return raw.next((frame) => frame["commandId"] === commandId);
}
