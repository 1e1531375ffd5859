/**
 * A way between two programs that breaks as ways do: without a close frame, in the middle of a frame, one direction
 * at a time, by silence. It knows nothing of what travels on it.
 */
import type { Socket } from "bun";

export type Fault =
  /** Both ends are reset, what was under way is gone. */
  | { readonly kind: "drop" }
  /** Nothing passes for a while, and nobody is told; then both ends are reset. */
  | { readonly kind: "half_open"; readonly ms: number }
  /** Everything is late by so much, from now on for this connection. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Half of the next piece from the server passes, and no more. */
  | { readonly kind: "cut_in_a_frame" }
  /** What the server says is lost for a while, what the client says arrives; then both ends are reset. */
  | { readonly kind: "swallow_answers"; readonly ms: number }
  /** Nobody can connect for a while. */
  | { readonly kind: "refuse"; readonly ms: number }
  /** Whoever connects is let in and thrown out, for a while. */
  | { readonly kind: "accept_and_close"; readonly ms: number };

export interface FaultProxy {
  /** Where it listens, in the place of the target. */
  readonly url: string;
  /** How many connections are open on it now. */
  readonly openWays: number;
  /** Breaks what is open now, or what comes next. */
  inflict(fault: Fault): void;
  close(): void;
}

interface Way {
  readonly client: Socket<Data>;
  server: Socket<Data> | null;
  /** From the client, before the server is there. */
  early: Buffer[];
  delayMs: number;
  readonly up: Direction;
  readonly down: Direction;
  mode: "passing" | "silent" | "answers_lost" | "cut_next";
  isOver: boolean;
}

interface Direction {
  readonly to: () => Socket<Data> | null;
  /** Under way, the oldest first. */
  readonly late: { readonly piece: Buffer; readonly due: number }[];
}

interface Data {
  way: Way | null;
}

/** @param target `ws://127.0.0.1:…/…`, or the address of an engine on loopback */
export function startFaultProxy(target: string): FaultProxy {
  const { hostname, port } = new URL(target);
  const ways = new Set<Way>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let closedDoor: "refused" | "thrown_out" | null = null;

  function later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  }

  function reset(way: Way): void {
    if (way.isOver) return;
    way.isOver = true;
    ways.delete(way);
    way.client.terminate();
    way.server?.terminate();
  }

  /** Late or not, in the order in which it was said, as every real connection has it. */
  function pass(way: Way, direction: Direction, data: Buffer): void {
    if (way.isOver) return;
    const { late } = direction;
    if (way.delayMs === 0 && late.length === 0) {
      direction.to()?.write(data);
      return;
    }
    late.push({ piece: Buffer.from(data), due: Date.now() + way.delayMs }); // the runtime uses the buffer again
    if (late.length === 1) deliver(way, direction);
  }

  function deliver(way: Way, direction: Direction): void {
    const [next] = direction.late;
    if (next === undefined || way.isOver) return;
    later(Math.max(0, next.due - Date.now()), () => {
      if (way.isOver) return;
      direction.to()?.write(next.piece);
      direction.late.shift();
      deliver(way, direction);
    });
  }

  function fromClient(way: Way, data: Buffer): void {
    if (way.mode === "silent") return;
    if (way.server === null) way.early.push(Buffer.from(data));
    else pass(way, way.up, data);
  }

  function fromServer(way: Way, data: Buffer): void {
    if (way.mode === "silent" || way.mode === "answers_lost") return;
    if (way.mode !== "cut_next") return pass(way, way.down, data);
    pass(way, way.down, data.subarray(0, Math.ceil(data.length / 2)));
    later(way.delayMs + 5, () => reset(way));
    way.mode = "silent";
  }

  async function open(client: Socket<Data>): Promise<void> {
    const way: Way = {
      client,
      server: null,
      early: [],
      delayMs: 0,
      up: { to: () => way.server, late: [] },
      down: { to: () => client, late: [] },
      mode: "passing",
      isOver: false,
    };
    client.data.way = way;
    ways.add(way);
    try {
      way.server = await Bun.connect<Data>({
        hostname,
        port: Number(port),
        data: { way },
        socket: {
          data: (_socket, data) => fromServer(way, data),
          close: () => reset(way),
          error: () => reset(way),
        },
      });
      for (const data of way.early.splice(0)) pass(way, way.up, data);
    } catch {
      reset(way);
    }
  }

  const listener = Bun.listen<Data>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(client) {
        client.data = { way: null };
        if (closedDoor === null) void open(client);
        else client.terminate();
      },
      data(client, data) {
        if (client.data.way !== null) fromClient(client.data.way, data);
      },
      close(client) {
        if (client.data.way !== null) reset(client.data.way);
      },
      error(client) {
        if (client.data.way !== null) reset(client.data.way);
      },
    },
  });

  function shutDoor(how: "refused" | "thrown_out", ms: number): void {
    closedDoor = how;
    for (const way of ways) reset(way);
    later(ms, () => (closedDoor = null));
  }

  return {
    url: target.replace(`${hostname}:${port}`, `127.0.0.1:${listener.port}`),
    get openWays() {
      return ways.size;
    },
    inflict(fault) {
      switch (fault.kind) {
        case "drop":
          for (const way of ways) reset(way);
          return;
        case "half_open":
        case "swallow_answers":
          for (const way of ways) {
            way.mode = fault.kind === "half_open" ? "silent" : "answers_lost";
            later(fault.ms, () => reset(way));
          }
          return;
        case "delay":
          for (const way of ways) way.delayMs = fault.ms;
          return;
        case "cut_in_a_frame":
          for (const way of ways) way.mode = "cut_next";
          return;
        case "refuse":
          return shutDoor("refused", fault.ms);
        case "accept_and_close":
          return shutDoor("thrown_out", fault.ms);
      }
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const way of ways) reset(way);
      listener.stop(true);
    },
  };
}
