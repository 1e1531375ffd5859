/** A WebSocket client made of bytes: it can do all that no library lets one do. */
import type { Socket } from "bun";
import { guestSession, socketToken } from "../platform.ts";

export interface RawTcp {
  /** Everything that came, as text of one byte each. */
  received(): string;
  write(data: string | Uint8Array): void;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
  readonly isEnded: () => boolean;
  end(): void;
}

export async function connectTcp(url: string, { reads = true } = {}): Promise<RawTcp> {
  const { hostname, port } = new URL(url);
  let received = "";
  let isEnded = false;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const over = (): void => {
    isEnded = true;
    resolve();
  };
  const waiting: Uint8Array[] = [];
  function flush(socket: Socket): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const written = socket.write(next);
      if (written < next.length) {
        waiting[0] = next.subarray(Math.max(written, 0));
        return;
      }
      waiting.shift();
    }
  }
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data: (_socket, data) => void (received += data.toString("latin1")),
      drain: flush,
      close: over,
      error: over,
    },
  });
  if (!reads) socket.pause();
  return {
    received: () => received,
    write(data) {
      if (isEnded) return;
      waiting.push(typeof data === "string" ? Buffer.from(data, "latin1") : data);
      flush(socket);
    },
    ended,
    isEnded: () => isEnded,
    end: () => socket.end(),
  };
}

export function handshakeOf(url: string, headers: Readonly<Record<string, string>> = {}): string {
  const { host } = new URL(url);
  const all = {
    Host: host,
    Upgrade: "websocket",
    Connection: "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return ["GET /ws HTTP/1.1", ...lines, "", ""].join("\r\n");
}

/** Connected, and past the handshake. */
export async function openByHand(url: string, options?: { readonly reads: boolean }): Promise<RawTcp> {
  const tcp = await connectTcp(url, options);
  tcp.write(handshakeOf(url));
  if (options?.reads === false) return tcp;
  while (!tcp.received().includes("system.welcome")) await Bun.sleep(2);
  return tcp;
}

/** As a new guest, so that what ends the socket afterwards is what was done to it. */
export async function openByHandAsGuest(url: string): Promise<RawTcp> {
  const cookie = await guestSession(url);
  const { token } = await socketToken(url, cookie);
  const tcp = await openByHand(url);
  tcp.write(frameOf(JSON.stringify({ type: "system.authenticate", token })));
  while (!tcp.received().includes("system.authenticated")) await Bun.sleep(2);
  return tcp;
}

export interface FrameOptions {
  /** 1 text, 2 binary, 0 continuation, 8 close, 9 ping. */
  readonly opcode?: number;
  readonly isLast?: boolean;
  readonly isMasked?: boolean;
  /** The three reserved bits, as a number from 0 to 7. */
  readonly reserved?: number;
}

/** @param payload text, or bytes that may be no text at all */
export function frameOf(payload: string | Uint8Array, options: FrameOptions = {}): Uint8Array {
  const { opcode = 1, isLast = true, isMasked = true, reserved = 0 } = options;
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const head = [(isLast ? 0x80 : 0) | (reserved << 4) | opcode];
  const maskBit = isMasked ? 0x80 : 0;
  if (bytes.length < 126) head.push(maskBit | bytes.length);
  else if (bytes.length < 65_536) head.push(maskBit | 126, bytes.length >> 8, bytes.length & 0xff);
  else {
    head.push(maskBit | 127, 0, 0, 0, 0);
    for (const shift of [24, 16, 8, 0]) head.push((bytes.length >>> shift) & 0xff);
  }
  const mask = [7, 11, 13, 17];
  const body = isMasked ? bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0)) : bytes;
  return new Uint8Array([...head, ...(isMasked ? mask : []), ...body]);
}
