import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { startGateway, type Frame, type GatewayUnderTest } from "./gateway-fixture.ts";
import { createMemoryLog } from "../event-log/memory.ts";
import { asRoomId, rateClasses } from "../protocol/index.ts";

const roomId = asRoomId("00000000-0000-4000-8000-000000000001");
const roll = "games.command.bigger_dice.roll";
const ofType = (type: string) => (frame: Frame) => frame.type === type;
const isError = ofType("system.error");

let under: GatewayUnderTest;

beforeEach(async () => {
  under = await startGateway();
});
afterEach(() => under.stop());

describe("a command", () => {
  it("goes into the log under its room's key, with its sender's name on it", async () => {
    const socket = await under.openAs("1");
    const commandId = crypto.randomUUID();
    socket.send({ type: roll, commandId, roomId, turn: 3 });
    await under.commandsCame(1);
    expect(under.commands[0]).toMatchObject({
      eventType: roll,
      correlationId: commandId,
      producer: "ws_gateway",
      actor: { kind: "person", userId: "1", username: "name1", roles: ["user"] },
      payload: { roomId, turn: 3 },
    });
    expect(under.commands[0]?.payload).not.toHaveProperty("type");
  });

  it("is refused to someone who may not send it", async () => {
    const visitor = await under.openAs("v-00000000-0000-4000-8000-000000000001", "visitor");
    const commandId = crypto.randomUUID();
    visitor.send({ type: roll, commandId, roomId });
    expect(await visitor.seen(isError)).toMatchObject({ code: "FORBIDDEN", commandId, retryable: false });
    expect(under.commands).toEqual([]);
  });

  it("is refused past its class's limit, with the time to wait; far past it, the socket is closed", async () => {
    const socket = await under.openAs("1");
    for (let n = 0; n < 40; n += 1) socket.send({ type: roll, roomId });
    expect(await socket.seen(isError)).toMatchObject({ code: "RATE_LIMITED", retryable: true });
    expect((await socket.seen(isError))["retryAfterMs"]).toBeGreaterThan(0);
    // What the sweep forgets is as good as new: this is not.
    under.clock.turn(1_000);
    for (let n = 0; n < 600; n += 1) socket.send({ type: roll, roomId });
    expect(await socket.closed).toBe(4005);
    const { burst, perSecond } = rateClasses.action;
    expect(under.commands.length).toBeLessThanOrEqual(burst + perSecond + 1);
  });

  it("is refused, and it alone, where its part of the log is full", async () => {
    const log = createMemoryLog({ fullAt: 2 });
    const { promise: stuck, resolve: goOn } = Promise.withResolvers<void>();
    await log.consume({ group: "stuck", topics: ["games.commands"], maxBatch: 1, handle: () => stuck });
    const taken = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const append = log.append.bind(log);
    let commands = 0;
    log.append = async (records) => {
      await append(records);
      for (const { topic } of records) if (topic === "games.commands") taken[commands++]?.resolve();
    };
    const flooded = await startGateway({ log });
    const socket = await flooded.openAs("1");
    // One after the other into one room, until there is no place; then into others, some of which lie elsewhere.
    for (const { promise } of taken.slice(0, 2)) {
      socket.send({ type: roll, commandId: crypto.randomUUID(), roomId });
      await promise;
    }
    const commandId = crypto.randomUUID();
    socket.send({ type: roll, commandId, roomId });
    expect(await socket.seen(isError)).toMatchObject({ code: "UNAVAILABLE", retryable: true, commandId });
    for (let n = 0; n < 12; n += 1) socket.send({ type: roll, roomId: crypto.randomUUID() });
    await taken[2]?.promise;
    goOn();
    await flooded.stop();
  });

  it("is refused retryably while the log takes nothing", async () => {
    const broken = createMemoryLog();
    const failing = await startGateway({
      log: Object.assign(Object.create(broken) as typeof broken, {
        epoch: broken.epoch,
        append: () => Promise.reject(new Error("the broker is away")),
        consume: broken.consume.bind(broken),
        follow: broken.follow.bind(broken),
        ends: broken.ends.bind(broken),
        close: broken.close.bind(broken),
        isFull: () => false,
      }),
    });
    const socket = await failing.openAs("1");
    const commandId = crypto.randomUUID();
    socket.send({ type: roll, commandId, roomId });
    expect(await socket.seen(isError)).toMatchObject({ code: "UNAVAILABLE", commandId, retryable: true });
    await failing.stop();
  });
});
