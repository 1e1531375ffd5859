/** A real WebSocket server on the loopback that says what the test tells it to say, and nothing by itself. */
import type { ServerWebSocket } from "bun";

export type Frame = Readonly<Record<string, unknown>>;

/** Things that come one after the other, for someone who waits for the next. */
class Arrivals<Value> {
  private readonly arrived: Value[] = [];
  private readonly awaited: ((value: Value) => void)[] = [];

  push(value: Value): void {
    const resolve = this.awaited.shift();
    if (resolve === undefined) this.arrived.push(value);
    else resolve(value);
  }

  next(): Promise<Value> {
    const [entry] = this.arrived.splice(0, 1).map((value) => ({ value }));
    if (entry !== undefined) return Promise.resolve(entry.value);
    return new Promise((resolve) => this.awaited.push(resolve));
  }

  get waiting(): number {
    return this.arrived.length;
  }
}

type Socket = ServerWebSocket<ScriptedSocket>;

/** One client's socket, from the server's side. */
export class ScriptedSocket {
  private readonly frames = new Arrivals<Frame>();
  private readonly pongs = new Arrivals<void>();
  private socket: Socket | null = null;
  private readonly end = Promise.withResolvers<{ code: number; reason: string }>();

  /** What the client sent next. */
  next(): Promise<Frame> {
    return this.frames.next();
  }

  /** How much the client has sent that nobody asked for yet. */
  get unread(): number {
    return this.frames.waiting;
  }

  get closed(): Promise<{ code: number; reason: string }> {
    return this.end.promise;
  }

  say(type: string, fields: Frame = {}): void {
    this.socket?.send(JSON.stringify({ type, ...fields }));
  }

  sayRaw(data: string | Uint8Array): void {
    this.socket?.send(data);
  }

  /** The client's own socket answers a ping after everything that was sent before. */
  pong(): Promise<void> {
    this.socket?.ping();
    return this.pongs.next();
  }

  welcome(timestamp = new Date(0).toISOString()): void {
    this.say("system.welcome", {
      connectionId: "00000000-0000-4000-8000-000000000000",
      timestamp,
      heartbeatMs: 15_000,
      timeoutMs: 45_000,
      authDeadlineMs: 5_000,
      maxFrameBytes: 16_384,
    });
  }

  accept(userId: string, username: string, fields: Frame = {}): void {
    this.say("system.authenticated", {
      userId,
      username,
      roles: ["user"],
      timestamp: new Date(0).toISOString(),
      resumed: true,
      cursor: { epoch: "e", positions: {} },
      rooms: [],
      ...fields,
    });
  }

  close(code: number, reason = ""): void {
    this.socket?.close(code, reason);
  }

  /** The network's end: no close frame. */
  cut(): void {
    this.socket?.terminate();
  }

  // The server's side of it.
  opened(socket: Socket): void {
    this.socket = socket;
  }

  received(text: string): void {
    // What the library sends is JSON, or the test fails here.
    this.frames.push(JSON.parse(text) as Frame);
  }

  ponged(): void {
    this.pongs.push();
  }

  ended(code: number, reason: string): void {
    this.end.resolve({ code, reason });
  }
}

export class ScriptedServer {
  private readonly arrivals = new Arrivals<ScriptedSocket>();
  private readonly server = Bun.serve<ScriptedSocket>({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request, server) =>
      server.upgrade(request, { data: new ScriptedSocket() })
        ? undefined
        : new Response("not a socket", { status: 426 }),
    websocket: {
      open: (socket) => {
        socket.data.opened(socket);
        this.opened += 1;
        this.arrivals.push(socket.data);
      },
      message: (socket, message) => socket.data.received(message.toString()),
      pong: (socket) => socket.data.ponged(),
      close: (socket, code, reason) => socket.data.ended(code, reason),
    },
  });

  /** How many sockets were opened so far. */
  opened = 0;

  get url(): string {
    return new URL("/ws", this.server.url.href.replace("http", "ws")).href;
  }

  /** The next socket that a client opens. */
  socket(): Promise<ScriptedSocket> {
    return this.arrivals.next();
  }

  stop(): void {
    void this.server.stop(true);
  }
}
