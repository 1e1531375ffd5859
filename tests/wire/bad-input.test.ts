import { afterAll, beforeAll, beforeEach, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { ask, openAsGuest, openRaw, type RawFrame, type RawSocket } from "./raw-socket.ts";
import { startPlatform, type Platform } from "../platform.ts";

const create = "games.command.create_room";
const join = "games.command.join_room";
const leave = "games.command.leave_room";
const roll = "games.command.bigger_dice.roll";
const gameType = "bigger_dice";
const nowhere = "00000000-0000-4000-8000-000000000000";

let platform: Platform;
let host: RawSocket;
let guest: RawSocket;
let stranger: RawSocket;
let roomId: string;

beforeAll(async () => {
  // So that what is refused is refused for what it is, not for coming too fast.
  platform = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "1000" });
  [host, guest, stranger] = await Promise.all([
    openAsGuest(platform),
    openAsGuest(platform),
    openAsGuest(platform),
  ]);
  const created = await ask(host, create, { gameType, roomName: "the table" });
  roomId = String(created["roomId"]);
  await ask(guest, join, { roomId });
});
afterAll(() => platform.cleanUp());

async function state(): Promise<unknown> {
  const snapshot = await ask(host, "system.command.sync_state", {});
  return snapshot["gameStates"];
}

/** The frame is refused with this code and a sentence, the socket stays open, and nothing has changed. */
async function refused(sender: RawSocket, send: () => void, code: string, field?: string): Promise<RawFrame> {
  const before = await state();
  send();
  const refusal = await sender.next(({ type }) => type === "system.error");
  expect(refusal["code"]).toBe(code);
  if (field !== undefined) expect(refusal["field"]).toBe(field);
  expect(String(refusal["message"]).length).toBeGreaterThan(10);
  expect(await state()).toEqual(before);
  expect(sender.isOpen()).toBe(true);
  return refusal;
}

describe("frames that are no message", () => {
  const cases: readonly [string, string | Uint8Array<ArrayBuffer>, string][] = [
    ["text that is no JSON", "roll!", "INVALID_JSON"],
    ["half of a JSON object", '{"type":"games.command', "INVALID_JSON"],
    ["an array", "[]", "INVALID_JSON"],
    ["null", "null", "INVALID_JSON"],
    ["a number", "7", "INVALID_JSON"],
    ["nothing", "", "INVALID_JSON"],
    ["a binary frame", new TextEncoder().encode(JSON.stringify({ type: roll })), "BINARY_FRAME"],
    ["17 KiB", JSON.stringify({ type: roll, padding: "x".repeat(17 * 1024) }), "FRAME_TOO_LARGE"],
    ["an unknown type", JSON.stringify({ type: "games.command.cheat" }), "UNKNOWN_TYPE"],
    ["a type that every object has", JSON.stringify({ type: "constructor" }), "UNKNOWN_TYPE"],
    [
      "an event sent as a command",
      JSON.stringify({ type: "games.event.bigger_dice.rolled" }),
      "UNKNOWN_TYPE",
    ],
  ];
  for (const [name, frame, code] of cases) {
    it(`refuses ${name} with ${code}`, async () => {
      await refused(host, () => host.sendRaw(frame), code);
    });
  }
});

describe("commands that are not as declared", () => {
  const cases: readonly [string, object, string, string?][] = [
    ["a roll without a room", { type: roll }, "INVALID_FIELD", "roomId"],
    ["a roll in a room that is a number", { type: roll, roomId: 7 }, "INVALID_FIELD", "roomId"],
    ["a roll with a turn that is text", { type: roll, roomId: nowhere, turn: "1" }, "INVALID_FIELD", "turn"],
    ["a roll with a result of its own", { type: roll, roomId: nowhere, roll: 6 }, "UNKNOWN_FIELD", "roll"],
    [
      "a commandId that is no UUID",
      { type: roll, roomId: nowhere, commandId: "1" },
      "INVALID_FIELD",
      "commandId",
    ],
    ["a room without a name", { type: create, gameType }, "INVALID_FIELD", "roomName"],
    [
      "a room for a game that is no word",
      { type: create, gameType: "../x", roomName: "a" },
      "INVALID_FIELD",
      "gameType",
    ],
    ["an empty name", { type: create, gameType, roomName: "" }, "INVALID_FIELD", "roomName"],
    ["a name of spaces", { type: create, gameType, roomName: "   " }, "INVALID_FIELD", "roomName"],
    [
      "a name of zero-width spaces",
      { type: create, gameType, roomName: "\u200b\u200b\u200b" },
      "INVALID_FIELD",
      "roomName",
    ],
    [
      "a name with a control character",
      { type: create, gameType, roomName: "a\u0007b" },
      "INVALID_FIELD",
      "roomName",
    ],
    ["a name with a NUL", { type: create, gameType, roomName: "a\u0000b" }, "INVALID_FIELD", "roomName"],
    [
      "a name that turns the line round",
      { type: create, gameType, roomName: "a\u202eb" },
      "INVALID_FIELD",
      "roomName",
    ],
    [
      "a name of 500 characters",
      { type: create, gameType, roomName: "x".repeat(500) },
      "TEXT_TOO_LONG",
      "roomName",
    ],
    [
      "a seed with a colon",
      { type: join, roomId: nowhere, clientSeed: "a:b" },
      "INVALID_FIELD",
      "clientSeed",
    ],
    ["joining nothing", { type: join }, "INVALID_FIELD"],
    ["joining by name and id at once", { type: join, roomId: nowhere, roomName: "a" }, "INVALID_FIELD"],
  ];
  for (const [name, frame, code, field] of cases) {
    it(`refuses ${name} with ${code}`, async () => {
      await refused(stranger, () => stranger.send(frame), code, field);
    });
  }

  it("refuses half of a surrogate pair, whatever the field", async () => {
    const frame = `{"type":"${create}","gameType":"${gameType}","roomName":"a\\ud83db"}`;
    await refused(stranger, () => stranger.sendRaw(frame), "INVALID_FIELD", "roomName");
  });

  it("refuses keys that reach for an object's prototype", async () => {
    const frame = `{"type":"${roll}","roomId":"${roomId}","__proto__":{"admin":true}}`;
    await refused(host, () => host.sendRaw(frame), "UNKNOWN_FIELD", "__proto__");
    await refused(
      host,
      () => host.send({ type: roll, roomId, constructor: 1 }),
      "UNKNOWN_FIELD",
      "constructor",
    );
  });
});

describe("commands that the room refuses", () => {
  const cases: readonly [string, () => RawSocket, () => object, string][] = [
    ["a roll in somebody else's room", () => stranger, () => ({ type: roll, roomId }), "NOT_A_PLAYER"],
    ["a roll out of turn", () => guest, () => ({ type: roll, roomId }), "NOT_YOUR_TURN"],
    ["a roll for a turn that is over", () => host, () => ({ type: roll, roomId, turn: 7 }), "TURN_OVER"],
    [
      "a roll in a room that is not there",
      () => host,
      () => ({ type: roll, roomId: nowhere }),
      "ROOM_NOT_FOUND",
    ],
    ["joining a full room", () => stranger, () => ({ type: join, roomId }), "ROOM_FULL"],
    ["joining one's own room", () => host, () => ({ type: join, roomId }), "ALREADY_IN_ROOM"],
    [
      "a name that is taken",
      () => stranger,
      () => ({ type: create, gameType, roomName: "The  TABLE " }),
      "NAME_TAKEN",
    ],
    [
      "a second room of one's own",
      () => host,
      () => ({ type: create, gameType, roomName: "mine too" }),
      "ALREADY_IN_ROOM",
    ],
    ["leaving a room one is not in", () => stranger, () => ({ type: leave, roomId }), "NOT_IN_ROOM"],
    [
      "a rematch before the end",
      () => host,
      () => ({ type: "games.command.rematch", roomId }),
      "GAME_NOT_FINISHED",
    ],
    [
      "a game that is not on offer",
      () => stranger,
      () => ({ type: create, gameType: "chess", roomName: "a" }),
      "GAME_NOT_FOUND",
    ],
  ];
  for (const [name, sender, frame, code] of cases) {
    it(`refuses ${name} with ${code}`, async () => {
      await refused(sender(), () => sender().send(frame()), code);
    });
  }
});

describe("before authentication", () => {
  it("refuses a command, and closes: nobody is there to be told more", async () => {
    const raw = await openRaw(platform);
    raw.send({ type: roll, roomId });
    expect((await raw.next(({ type }) => type === "system.error"))["code"]).toBe("AUTH_REQUIRED");
    expect(await raw.closed).toBe(4501);
  });

  it("refuses a token that is none", async () => {
    const raw = await openRaw(platform);
    raw.send({ type: "system.authenticate", token: "a.b.c" });
    expect((await raw.next(({ type }) => type === "system.error"))["code"]).toBe("AUTH_FAILED");
    expect(await raw.closed).toBe(4500);
  });

  it("refuses pages of other origins", async () => {
    const response = await fetch(`${platform.url}/ws`, {
      headers: { Upgrade: "websocket", Connection: "Upgrade", Origin: "https://elsewhere.example" },
    });
    expect(response.status).toBe(403);
  });
});

describe("the same command twice", () => {
  let pair: readonly [RawSocket, RawSocket];
  let room: string;

  beforeEach(async () => {
    pair = [await openAsGuest(platform), await openAsGuest(platform)];
    const created = await ask(pair[0], create, { gameType, roomName: crypto.randomUUID() });
    room = String(created["roomId"]);
    await ask(pair[1], join, { roomId: room });
  });

  it("rolls once and says its outcome again", async () => {
    const commandId = crypto.randomUUID();
    const first = await ask(pair[0], roll, { roomId: room }, commandId);
    expect(first.type).toBe("games.event.bigger_dice.rolled");
    const again = await ask(pair[0], roll, { roomId: room }, commandId);
    expect(again).toMatchObject({ type: "system.event.command_settled", ok: true, seq: first["seq"] });
  });

  it("takes nothing in a game that is over", async () => {
    await ask(pair[1], leave, { roomId: room });
    expect((await ask(pair[0], roll, { roomId: room }))["code"]).toBe("ROOM_FINISHED");
  });
});

describe("whatever a client sends", () => {
  const seed = 90_210;
  const frame = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.json(),
    fc
      .record({
        type: fc.constantFrom(roll, create, join, leave, "system.authenticate", "games.command.open_lobby"),
        roomId: fc.anything(),
        extra: fc.anything(),
      })
      .map((value) => JSON.stringify(value)),
    fc.uint8Array({ maxLength: 200 }),
  );

  it(`is refused with one error, and changes nothing (seed ${seed})`, async () => {
    const before = await state();
    await fc.assert(
      fc.asyncProperty(frame, async (data) => {
        const raw = await openAsGuest(platform);
        raw.sendRaw(typeof data === "string" ? data : new Uint8Array(data));
        const first = await Promise.race([raw.next(({ type }) => type === "system.error"), raw.closed]);
        if (typeof first === "number") expect(first).toBeGreaterThanOrEqual(4000);
        else expect(String(first["code"])).toMatch(/^[A-Z_]+$/);
        raw.close();
      }),
      { seed, numRuns: 60 },
    );
    expect(await state()).toEqual(before);
  }, 60_000);
});
