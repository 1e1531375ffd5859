/**
 * A WebSocket client that costs the load generator next to nothing: frames are walked over where they lie in what
 * the network brought, and only those that are asked for become text.
 */
import type { Socket } from "bun";

/** A frame's payload lies in `bytes` from `start` to `end`, until the listener returns. */
export type FrameListener = (bytes: Uint8Array, start: number, end: number) => void;

export interface RawSocket {
  onFrame: FrameListener;
  /** The server has ended it. */
  onClosed: () => void;
  /** Sends what `textFrame` made. */
  send(frame: Uint8Array): void;
  close(): void;
}

interface State {
  onFrame: FrameListener;
  onClose: (reason: Error) => void;
  isOpen: boolean;
  onOpen: () => void;
  /** The beginning of a frame whose end has not come. */
  rest: Uint8Array | null;
  /** What the network did not take yet. */
  unsent: Uint8Array[];
}

const utf8 = new TextDecoder();
const ascii = new TextEncoder();
const nothing = (): void => undefined;

/** Masked with zeros, as the protocol allows: the server takes it off all the same. */
export function textFrame(text: string): Uint8Array {
  const payload = ascii.encode(text);
  const long = payload.length > 125;
  const frame = new Uint8Array((long ? 8 : 6) + payload.length);
  frame[0] = 0x81;
  if (long) frame.set([0x80 | 126, payload.length >> 8, payload.length & 0xff], 1);
  else frame[1] = 0x80 | payload.length;
  frame.set(payload, frame.length - payload.length);
  return frame;
}

export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return utf8.decode(bytes.subarray(start, end));
}

export async function openRawSocket(url: string): Promise<RawSocket> {
  const { hostname, port, pathname } = new URL(url);
  const opened = Promise.withResolvers<void>();
  const state: State = {
    onFrame: nothing,
    onClose: opened.reject,
    isOpen: false,
    onOpen: opened.resolve,
    rest: null,
    unsent: [],
  };
  const socket = await Bun.connect<State>({ hostname, port: Number(port), data: state, socket: handlers });
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
  );
  await opened.promise;
  state.onClose = nothing;
  let onClosed = nothing;
  return {
    get onClosed() {
      return onClosed;
    },
    set onClosed(listener) {
      onClosed = listener;
      state.onClose = () => listener();
    },
    get onFrame() {
      return state.onFrame;
    },
    set onFrame(listener) {
      state.onFrame = listener;
    },
    send(frame) {
      if (state.unsent.length > 0) state.unsent.push(frame);
      else keepUnsent(state, frame, socket.write(frame));
    },
    close: () => void socket.end(),
  };
}

function keepUnsent(state: State, frame: Uint8Array, written: number): void {
  if (written < frame.length) state.unsent.unshift(frame.slice(Math.max(0, written)));
}

const handlers = {
  data(socket: Socket<State>, chunk: Uint8Array): void {
    const state = socket.data;
    const { rest } = state;
    let bytes = chunk;
    if (rest !== null) {
      bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
      state.rest = null;
    }
    let at = 0;
    if (!state.isOpen) {
      at = endOfHead(bytes);
      if (at < 0) {
        state.rest = bytes.slice();
        return;
      }
      if (!utf8.decode(bytes.subarray(0, 12)).endsWith("101"))
        return state.onClose(new Error(utf8.decode(bytes)));
      state.isOpen = true;
      state.onOpen();
    }
    at = walk(state, bytes, at);
    if (at < bytes.length) state.rest = bytes.slice(at);
  },
  drain(socket: Socket<State>): void {
    const { unsent } = socket.data;
    for (let frame = unsent.shift(); frame !== undefined; frame = unsent.shift()) {
      const written = socket.write(frame);
      if (written < frame.length) return keepUnsent(socket.data, frame, written);
    }
  },
  close(socket: Socket<State>): void {
    socket.data.onClose(new Error("The socket was closed."));
  },
};

/** @returns where the first frame begins that is not whole */
function walk(state: State, bytes: Uint8Array, from: number): number {
  let at = from;
  while (at + 2 <= bytes.length) {
    let length = (bytes[at + 1] ?? 0) & 0x7f;
    let start = at + 2;
    if (length === 126) {
      if (start + 2 > bytes.length) break;
      length = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
      start += 2;
    } else if (length === 127) throw new Error("No frame of this server is so long.");
    const end = start + length;
    if (end > bytes.length) break;
    // Text; whoever is pinged or told to close by a benchmark has lost it anyway.
    if (((bytes[at] ?? 0) & 0x0f) === 1) state.onFrame(bytes, start, end);
    at = end;
  }
  return at;
}

function endOfHead(bytes: Uint8Array): number {
  for (let at = 3; at < bytes.length; at += 1) {
    if (bytes[at] === 10 && bytes[at - 1] === 13 && bytes[at - 2] === 10 && bytes[at - 3] === 13)
      return at + 1;
  }
  return -1;
}
