/** A gateway on loopback with the in-process log and presence, keys of its own and a clock that tests turn. */
import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { createGateway, type Gateway } from "./gateway.ts";
import type { SocketData } from "./connection.ts";
import type { GatewayLimits } from "./limits.ts";
import { createTokenVerifier } from "./token-verifier.ts";
import { createMemoryLog } from "../event-log/memory.ts";
import type { EventLog } from "../event-log/port.ts";
import { createMemoryPresence } from "../presence/memory.ts";
import type { PresenceRegistry } from "../presence/port.ts";
import Type from "typebox";
import {
  command,
  createRegistry,
  RoomIdSchema,
  isoTime,
  permissionsOfRole,
  roomMessages,
  systemActor,
  systemMessages,
  type CommandEnvelope,
  type EventEnvelope,
  type Role,
} from "../protocol/index.ts";

/** Time stands still until it is turned. */
export class TestClock {
  #now = Date.now();
  #due: { at: number; run: () => void }[] = [];

  readonly now = (): number => this.#now;
  readonly after = (ms: number, run: () => void): (() => void) => {
    const entry = { at: this.#now + ms, run };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  };

  /** Lets `ms` pass, in steps of a second, so that what runs again by itself does. */
  turn(ms: number): void {
    const end = this.#now + ms;
    while (this.#now < end) {
      this.#now = Math.min(end, this.#now + 1_000);
      const due = this.#due.filter(({ at }) => at <= this.#now);
      this.#due = this.#due.filter(({ at }) => at > this.#now);
      for (const { run } of due) run();
    }
  }
}

/** A move of some game: the gateway knows none. */
const move = command({
  type: "games.command.bigger_dice.roll",
  summary: "A move.",
  topic: "games.commands",
  permission: "play",
  rateClass: "action",
  fields: { roomId: RoomIdSchema, turn: Type.Optional(Type.Integer()) },
  key: ({ roomId }) => roomId,
});

const keys = generateKeyPairSync("ed25519");

/** A token as the platform signs it. */
export function signToken(
  userId: string,
  now: number,
  role: Role = "user",
  lifeMs = 5 * 60_000,
): Promise<string> {
  return new SignJWT({
    username: `name${userId}`,
    roles: [role],
    permissions: permissionsOfRole[role],
    sid: `s-${userId}`,
  })
    .setProtectedHeader({ alg: "EdDSA", kid: "test" })
    .setIssuer("blazing_sun")
    .setAudience("ws_gateway")
    .setSubject(userId)
    .setExpirationTime(Math.floor((now + lifeMs) / 1000))
    .sign(keys.privateKey);
}

export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface TestSocket {
  readonly frames: readonly Frame[];
  send(frame: object | string): void;
  /** The first frame, past or coming, that satisfies `wanted`. */
  seen(wanted: (frame: Frame) => boolean): Promise<Frame>;
  readonly closed: Promise<number>;
  close(): void;
}

export interface GatewayUnderTest {
  readonly gateway: Gateway;
  readonly log: EventLog;
  readonly presence: PresenceRegistry;
  readonly clock: TestClock;
  readonly url: string;
  /** What gateways appended for services, in order. */
  readonly commands: readonly CommandEnvelope[];
  /** Everything in the event topics, in order. */
  readonly events: readonly EventEnvelope[];
  open(): Promise<TestSocket>;
  /** Opens a socket and authenticates it. */
  openAs(userId: string, role?: Role): Promise<TestSocket>;
  say(
    event: Partial<EventEnvelope> & Pick<EventEnvelope, "eventType" | "payload">,
    key?: string,
  ): Promise<void>;
  /** Resolves when an event of this type is in the log. */
  eventCame(type: string): Promise<void>;
  /** Resolves when so many commands have come. */
  commandsCame(count: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startGateway(
  options: { readonly log?: EventLog; readonly limits?: Partial<GatewayLimits> } = {},
): Promise<GatewayUnderTest> {
  const clock = new TestClock();
  const log = options.log ?? createMemoryLog();
  const presence = createMemoryPresence({ now: clock.now });
  const gateway = createGateway({
    registry: createRegistry(systemMessages, roomMessages, [move]),
    log,
    presence,
    verifier: createTokenVerifier([{ kid: "test", algorithm: "EdDSA", key: keys.publicKey }], clock.now),
    gatewayId: crypto.randomUUID(),
    allowedOrigins: () => ["https://play.example"],
    addressOf: () => "test",
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    clock,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const server = Bun.serve<SocketData>({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, bun) => gateway.upgrade(request, bun),
    websocket: gateway.websocket,
  });
  await gateway.start(server);

  const commands: CommandEnvelope[] = [];
  const events: EventEnvelope[] = [];
  const counters = new Set<() => void>();
  await log.consume({
    group: "test",
    topics: ["games.commands"],
    maxBatch: 100,
    handle: async (batch) => {
      for (const { value } of batch) if (value.kind === "command") commands.push(value);
      for (const look of counters) look();
    },
  });
  await log.follow({
    topics: ["games.events", "system.events"],
    since: 0,
    onRecord: ({ value }) => {
      if (value.kind !== "event") return;
      events.push(value);
      for (const look of counters) look();
    },
  });

  function until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        counters.delete(look);
        resolve();
      };
      counters.add(look);
      look();
    });
  }

  const url = `ws://127.0.0.1:${server.port ?? 0}/ws`;
  const open = () => openSocket(url);
  return {
    gateway,
    log,
    presence,
    clock,
    url,
    commands,
    events,
    open,
    async openAs(userId, role) {
      const socket = await open();
      socket.send({ type: "system.authenticate", token: await signToken(userId, clock.now(), role) });
      await socket.seen(({ type }) => type === "system.authenticated");
      return socket;
    },
    say: ({ eventType, payload, ...rest }, key = "room") =>
      log.append([
        {
          topic: eventType.startsWith("system.") ? "system.events" : "games.events",
          key,
          value: {
            kind: "event",
            eventId: crypto.randomUUID(),
            timestamp: isoTime(clock.now()),
            producer: "games",
            actor: systemActor,
            eventType,
            payload,
            ...rest,
          },
        },
      ]),
    eventCame: (type) => until(() => events.some(({ eventType }) => eventType === type)),
    commandsCame: (count) => until(() => commands.length >= count),
    async stop() {
      await server.stop(true);
      await log.close();
    },
  };
}

async function openSocket(url: string): Promise<TestSocket> {
  const socket = new WebSocket(url);
  const frames: Frame[] = [];
  const watchers = new Set<(frame: Frame) => void>();
  const { promise: closed, resolve } = Promise.withResolvers<number>();
  socket.onclose = ({ code }) => resolve(code);
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(String(data)) as Frame;
    frames.push(frame);
    for (const watcher of watchers) watcher(frame);
  };
  const test: TestSocket = {
    frames,
    send: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    seen: (wanted) =>
      new Promise((done) => {
        const found = frames.find(wanted);
        if (found !== undefined) return done(found);
        const watcher = (frame: Frame) => {
          if (!wanted(frame)) return;
          watchers.delete(watcher);
          done(frame);
        };
        watchers.add(watcher);
      }),
    closed,
    close: () => socket.close(),
  };
  await test.seen(({ type }) => type === "system.welcome");
  return test;
}
