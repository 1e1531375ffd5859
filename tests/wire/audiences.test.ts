/**
 * G2 on the wire: whatever people do in and around a room, no frame of one chat reaches somebody of the other
 * audience, and the count of those who watch is right. Checked at every socket against what each was when it was said.
 */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { tokenMint } from "../../bench/players.ts";
import { startPlatform, type Platform } from "../platform.ts";

const seed = Number(process.env.SEED ?? 20_261_125);
const people = 4;

interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

type Role = "player" | "spectator";

let platform: Platform;
let socketUrl: string;
let tokenOf: (userId: number) => Promise<string>;
let lastUserId = 1_000;
beforeAll(async () => {
  platform = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "1000", LOG_LEVEL: "fatal" });
  socketUrl = `${platform.url.replace(/^http/, "ws")}/ws`;
  // By the platform's own key: a run needs more people than an address may sign in as guests.
  tokenOf = await tokenMint(join(platform.dataDir, "keys", "jwt_private.pem"));
});
afterAll(() => platform.cleanUp());

/** One person with two sockets that may go and come back, with or without a resume. */
class Person {
  readonly heard = new Set<string>();
  private readonly userId = (lastUserId += 1);
  private readonly sockets: (WebSocket | null)[] = [null, null];
  private readonly cursors: unknown[] = [null, null];
  private readonly outcomes = new Map<string, (frame: Frame) => void>();

  async arrive(): Promise<void> {
    await this.connect(0, false);
    await this.connect(1, false);
  }

  /** Resolves when the socket is authenticated. */
  async connect(which: number, resumes: boolean): Promise<void> {
    const token = await tokenOf(this.userId);
    const socket = new WebSocket(socketUrl);
    this.sockets[which] = socket;
    const cursor = this.cursors[which];
    const isIn = Promise.withResolvers<void>();
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.type === "system.welcome") {
        const resume = resumes && cursor !== null ? { resume: { cursor, channels: [] } } : {};
        socket.send(JSON.stringify({ type: "system.authenticate", token, ...resume }));
      }
      if (frame.type === "system.authenticated") {
        isIn.resolve();
        // As the library does where it could not go on.
        if (frame["resumed"] === false) void this.ask("system.command.sync_state", {}, which);
      }
      if (frame["cursor"] !== undefined) this.cursors[which] = frame["cursor"];
      if (typeof frame["content"] === "string") this.heard.add(frame["content"]);
      const { commandId } = frame as { readonly commandId?: string };
      if (commandId !== undefined) this.outcomes.get(commandId)?.(frame);
    };
    socket.onerror = () => isIn.resolve();
    await isIn.promise;
  }

  async drop(which: number): Promise<void> {
    const socket = this.sockets[which];
    this.sockets[which] = null;
    if (socket === null || socket === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.onclose = () => resolve();
    socket.close();
    await promise;
  }

  async ask(type: string, payload: object, which?: number): Promise<Frame | null> {
    const socket = this.sockets[which ?? 0] ?? this.sockets[1];
    if (socket?.readyState !== WebSocket.OPEN) return null;
    const commandId = crypto.randomUUID();
    const outcome = new Promise<Frame>((resolve) => this.outcomes.set(commandId, resolve));
    socket.send(JSON.stringify({ type, commandId, ...payload }));
    return outcome;
  }

  async leave(): Promise<void> {
    await this.drop(0);
    await this.drop(1);
  }
}

const step = fc.record({
  who: fc.integer({ min: 0, max: people - 1 }),
  what: fc.constantFrom(
    "watch",
    "stop",
    "join",
    "leave",
    "players",
    "spectators",
    "players",
    "spectators",
    "away",
    "back",
    "resume",
    "rematch",
  ),
  which: fc.integer({ min: 0, max: 1 }),
});

describe(`players and spectators of a room (seed ${seed})`, () => {
  it("hear what their role hears, and nothing else, whatever they do", async () => {
    const told = { player: 0, spectator: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const crowd = Array.from({ length: people }, () => new Person());
        await Promise.all(crowd.map((person) => person.arrive()));
        const [host] = crowd;
        const created = await host?.ask("games.command.create_room", {
          gameType: "bigger_dice",
          roomName: `room ${crypto.randomUUID().slice(0, 20)}`,
        });
        const roomId = String(created?.["roomId"]);
        const roles = new Map<Person, Role>();
        if (host !== undefined) roles.set(host, "player");
        const said: { content: string; role: Role; roles: ReadonlyMap<Person, Role>[] }[] = [];
        let number = 0;
        for (const { who, what, which } of steps) {
          const person = crowd[who];
          if (person === undefined) continue;
          const isRefused = (frame: Frame | null) =>
            frame === null || frame.type === "system.error" || frame["ok"] === false;
          switch (what) {
            case "watch":
              if (!isRefused(await person.ask("games.command.spectate", { roomId })))
                roles.set(person, "spectator");
              break;
            case "stop":
              if (!isRefused(await person.ask("games.command.stop_spectating", { roomId })))
                roles.delete(person);
              break;
            case "join":
              if (!isRefused(await person.ask("games.command.join_room", { roomId })))
                roles.set(person, "player");
              break;
            case "leave":
              if (!isRefused(await person.ask("games.command.leave_room", { roomId }))) roles.delete(person);
              break;
            case "rematch":
              await person.ask("games.command.rematch", { roomId });
              break;
            case "away":
              await person.drop(which);
              break;
            case "back":
            case "resume":
              await person.drop(which);
              await person.connect(which, what === "resume");
              break;
            default: {
              const content = `${roomId} ${what} ${(number += 1)}`;
              const type = what === "players" ? "games.command.player_chat" : "games.command.spectator_chat";
              const outcome = await person.ask(type, { roomId, content });
              if (!isRefused(outcome)) {
                said.push({ content, role: what === "players" ? "player" : "spectator", roles: [] });
              }
            }
          }
          for (const { roles: since } of said) since.push(new Map(roles));
        }
        // Whoever was away comes back and hears what is left for her.
        for (const person of crowd)
          for (const which of [0, 1]) {
            await person.drop(which);
            await person.connect(which, true);
            await person.ask("system.command.sync_state", {}, which);
          }
        for (const { content, role, roles: since } of said) {
          told[role] += crowd.filter(({ heard }) => heard.has(content)).length;
          for (const person of crowd) {
            // Who comes later may still get what was said since the last event of the game; the other side never.
            const [then] = since;
            const isOpposite = then?.has(person) === true && then.get(person) !== role;
            const mayHear = !isOpposite && since.some((each) => each.get(person) === role);
            if (!mayHear) expect([content, person.heard.has(content)]).toEqual([content, false]);
          }
        }
        const watching = [...roles.values()].filter((role) => role === "spectator").length;
        const looker = crowd.at(-1);
        const watched = await looker?.ask("games.command.open_lobby", { gameType: "bigger_dice" });
        const rooms = (watched?.["rooms"] ?? []) as { roomId: string; spectatorCount: number }[];
        const listed = rooms.find((room) => room.roomId === roomId);
        if (listed !== undefined) expect(listed.spectatorCount).toBe(watching);
        await Promise.all(crowd.map((person) => person.leave()));
      }),
      { seed, numRuns: Number(process.env.RUNS ?? 200) },
    );
    // Both chats were heard: silence would have passed.
    expect(Math.min(told.player, told.spectator)).toBeGreaterThan(20);
  }, 180_000);
});
