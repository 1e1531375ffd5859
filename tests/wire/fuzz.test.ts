/**
 * Frames that nobody has thought of: made from the declarations, then spoiled. Whatever comes, the platform answers
 * with a code of its own, forgets nothing about those who behave, and grows by nothing.
 * `RUNS=200000 npm test -- wire/fuzz` goes on for longer.
 */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { openAsGuest, openWith, type RawSocket } from "./raw-socket.ts";
import { spoiledJson, valueOf, type Schema } from "./spoiled-values.ts";
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

// A token that is not good ends the socket, which is tested elsewhere.
const commands = [...registry.commands.values()]
  .map(({ declaration }) => declaration)
  .filter(({ type }) => type !== "system.authenticate");
const command = fc.oneof(
  ...commands.map((declaration) =>
    fc
      .tuple(valueOf(declaration.schema as Schema, texts), fc.option(fc.uuid({ version: 4 })))
      .map(([payload, commandId]) => ({
        type: declaration.type,
        ...(payload as object),
        ...(commandId === null ? {} : { commandId }),
      })),
  ),
);

const frame = spoiledJson(command, '"type":"games.command.join_room"');

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
