/**
 * Frames and requests that nobody has thought of: made from the declarations, then spoiled. Whatever comes, the
 * platform answers with a code of its own, forgets nothing about those who behave, and grows by nothing.
 * `RUNS=200000 npm test -- wire/fuzz` goes on for longer.
 */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { openAsGuest, openWith, type RawSocket } from "./raw-socket.ts";
import { guestSession, residentMb, startPlatform, type Platform } from "../platform.ts";
import { registry } from "../../src/main/messages.ts";
import { errorTable } from "../../src/protocol/index.ts";

const seed = Number(process.env.SEED ?? 20_261_126);
const runs = Number(process.env.RUNS ?? 20_000);

let platform: Platform;
let witness: RawSocket;
let own: string;
beforeAll(async () => {
  platform = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100000", LOG_LEVEL: "fatal" });
  witness = await openAsGuest(platform);
  own = await guestSession(platform.url);
});
afterAll(() => platform.cleanUp());

const memoryMb = (): number => residentMb(platform.pid);

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
}

const roomIds = fc.constantFrom(...Array.from({ length: 4 }, () => crypto.randomUUID()));
const texts = fc.oneof(
  roomIds,
  fc.constantFrom(
    "bigger_dice",
    "main",
    "1",
    "2",
    "games:bigger_dice",
    "rooms:bigger_dice",
    "0123456789abcdef",
  ),
  fc.string({ maxLength: 40, unit: "binary" }),
);

/** Values that a schema of ours would take, mostly. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valueOf));
  switch (schema.type) {
    case "object": {
      const fields = Object.entries(schema.properties ?? {}).map(
        ([name, each]) => [name, valueOf(each)] as const,
      );
      return fc.record(Object.fromEntries(fields), { requiredKeys: [...(schema.required ?? [])] });
    }
    case "array":
      return fc.array(valueOf(schema.items ?? {}), { maxLength: 5 });
    case "integer":
    case "number":
      return fc.oneof(fc.nat(20), fc.integer(), fc.constantFrom(-1, 2 ** 53, 1e308, 0.5));
    case "boolean":
      return fc.boolean();
    default:
      return texts;
  }
}

const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    "",
    [],
    {},
    true,
    -0,
    Number.MAX_VALUE,
    "\u0000",
    "\ud800",
    "__proto__",
    "x".repeat(3_000),
  ),
  fc.constantFrom({ __proto__: { isAdmin: true } }, { constructor: { prototype: {} } }, [[[[[[[[]]]]]]]]),
  fc.json({ maxDepth: 6 }).map((text) => JSON.parse(text) as unknown),
);

// A token that is not good ends the socket, which is tested elsewhere.
const commands = [...registry.commands.values()]
  .map(({ declaration }) => declaration)
  .filter(({ type }) => type !== "system.authenticate");
const command = fc.constantFrom(...commands).chain((declaration) =>
  fc
    .tuple(valueOf(declaration.schema as Schema), fc.option(fc.uuid({ version: 4 })))
    .map(([payload, commandId]) => ({
      type: declaration.type,
      ...(payload as object),
      ...(commandId === null ? {} : { commandId }),
    })),
);

/** A field changed, dropped or added; now and then the text itself is broken. */
const frame: fc.Arbitrary<string> = fc
  .tuple(command, fc.nat(9), fc.nat(9), nasty, fc.string({ maxLength: 12 }), fc.nat())
  .map(([made, how, which, value, name, at]) => {
    const fields: Record<string, unknown> = { ...made };
    const names = Object.keys(fields);
    const chosen = names[which % names.length] ?? "type";
    if (how === 0) delete fields[chosen];
    else if (how <= 3) fields[chosen] = value;
    else if (how === 4) fields[name] = value;
    const text = JSON.stringify(fields);
    if (how === 5) return text.slice(0, at % text.length);
    if (how === 6) return `${text.slice(0, at % text.length)}${name}${text.slice(at % text.length)}`;
    if (how === 7) return text.replace("{", `{"type":"games.command.join_room",`); // a name twice
    return text;
  });

describe("the gateway", () => {
  it(`answers ${runs} spoiled frames with codes of its own, and grows by nothing (seed ${seed})`, async () => {
    const frames = fc.sample(frame, { seed, numRuns: runs });
    const codes = new Map<string, number>();
    const half = Math.floor(frames.length / 2);
    let before = 0;
    for (const [from, to] of [
      [0, half],
      [half, frames.length],
    ] as const) {
      if (from > 0) before = memoryMb(); // what is kept for good is there by now
      for (let at = from; at < to; at += 500) {
        let sender = await openWith(platform, own);
        for (const text of frames.slice(at, Math.min(at + 500, to))) {
          if (!sender.isOpen()) sender = await openWith(platform, own);
          sender.sendRaw(text);
        }
        // A question behind all of it: its answer says that all of it was heard.
        if (!sender.isOpen()) continue;
        const commandId = crypto.randomUUID();
        sender.send({ type: "system.command.sync_state", commandId });
        const isMine = (reply: Readonly<Record<string, unknown>>) => reply["commandId"] === commandId;
        await Promise.race([
          sender.closed,
          sender.next((reply) => {
            const code = reply["code"];
            if (reply.type === "system.error" || typeof code === "string")
              codes.set(String(code), (codes.get(String(code)) ?? 0) + 1);
            return isMine(reply);
          }),
        ]);
        sender.close();
      }
    }
    expect([...codes.keys()].filter((code) => !(code in errorTable))).toEqual([]);
    expect(codes.get("INTERNAL") ?? 0).toBe(0);
    expect(codes.size).toBeGreaterThan(5);
    // Most of them were heard, and not thrown away with a socket that was closed before.
    expect([...codes.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(runs / 3);
    expect(memoryMb() - before).toBeLessThan(64);
    expect(witness.isOpen()).toBe(true);
    witness.send({ type: "system.heartbeat" });
    await witness.next(({ type }) => type === "system.heartbeat_ack");
  }, 120_000);
});

describe("the pages and the API", () => {
  const paths = [
    "/",
    "/login",
    "/register",
    "/games",
    "/games/:x",
    "/games/:x/play/:x",
    "/friends",
    "/chat/:x",
    "/health",
    "/ready",
    "/ws",
    "/assets/:x",
    "/assets/games/:x/main.js",
    "/api/login",
    "/api/register",
    "/api/guest",
    "/api/logout",
    "/api/me",
    "/api/socket-token",
    "/api/chats",
    "/api/chats/:x/messages",
    "/api/lobbies/:x/messages",
    "/api/friends",
    "/api/friends/requests",
    "/api/friends/requests/:x",
    "/api/friends/requests/:x/accept",
    "/api/friends/requests/:x/decline",
    "/api/friends/:x",
    "/api/blocks",
    "/api/blocks/:x",
    "/api/games",
    "/api/games/:x/rooms",
    "/api/games/:x/rooms/:x/record",
  ];
  const part = fc.oneof(
    fc.constantFrom(
      "1",
      "bigger_dice",
      "main",
      "..",
      "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
      "%00",
      "%",
      "%E0%A4%A",
      "%0d%0aX-Evil:%201",
    ),
    fc.string({ maxLength: 30 }).map((text) => text.replaceAll(/[\u0000-\u0020#?\u007f-\uffff]/g, "~")),
    fc.uuid(),
  );
  const request = fc.record({
    path: fc.constantFrom(...paths),
    parts: fc.array(part, { minLength: 2, maxLength: 2 }),
    query: fc.option(
      fc.constantFrom(
        "limit=-1",
        "limit=1e9",
        "before=x",
        "before=9007199254740993",
        "next=//evil.example",
        "watch",
        "q=%FF",
        "limit=50&limit=60",
      ),
    ),
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"),
    body: fc.oneof(
      fc.constantFrom("", "{", "[]", "null", '{"username":{}}', '{"username":"x","password":1}'),
      fc.json({ maxDepth: 3 }),
      fc.string(),
    ),
    contentType: fc.constantFrom(
      "application/json",
      "application/x-www-form-urlencoded",
      "text/plain",
      "multipart/form-data",
      "",
    ),
    cookie: fc.constantFrom(
      "mine",
      "none",
      "session=x",
      "session=%FF; session=y",
      `session=${"z".repeat(4_000)}`,
    ),
    origin: fc.constantFrom("own", "https://evil.example", "null", ""),
  });

  it(`answer ${runs / 10} strange requests with a status of their own, never with 500 (seed ${seed})`, async () => {
    const requests = fc.sample(request, { seed, numRuns: runs / 10 });
    const statuses = new Map<number, number>();
    const bad: string[] = [];
    async function ask(): Promise<void> {
      for (let next = requests.pop(); next !== undefined; next = requests.pop()) {
        const { path, parts, query, method, body, contentType, cookie, origin } = next;
        let index = 0;
        const address = path.replaceAll(":x", () => parts[(index += 1) - 1] ?? "");
        const headers: Record<string, string> = {};
        if (contentType !== "") headers["Content-Type"] = contentType;
        if (cookie !== "none") headers["Cookie"] = cookie === "mine" ? own : cookie;
        if (origin !== "") headers["Origin"] = origin === "own" ? platform.url : origin;
        const takesBody = method !== "GET" && method !== "HEAD";
        const response = await fetch(`${platform.url}${address}${query === null ? "" : `?${query}`}`, {
          method,
          headers,
          redirect: "manual",
          ...(takesBody ? { body } : {}),
        });
        const text = await response.text();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        if (response.status >= 500) bad.push(`${response.status} ${method} ${address} ${query ?? ""}`);
        if (response.headers.get("x-evil") !== null || text.includes("root:x:0"))
          bad.push(`let through: ${address}`);
        const location = response.headers.get("location");
        if (location !== null && !/^\/(?!\/)/.test(location)) bad.push(`leads to ${location}: ${address}`);
      }
    }
    await Promise.all(Array.from({ length: 8 }, ask));
    expect(bad).toEqual([]);
    expect(statuses.get(200) ?? 0).toBeGreaterThan(50);
    expect(statuses.size).toBeGreaterThan(6);
    expect(witness.isOpen()).toBe(true);
  }, 120_000);
});
