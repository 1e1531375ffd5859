import { join } from "node:path";
import { afterAll, describe, expect, it } from "bun:test";
import { eventLogContract } from "./contract.ts";
import { connectKafkaLog } from "./kafka.ts";
import { withAdmin } from "./kafka-connection.ts";
import { KafkaProducer } from "./kafka-producer.ts";
import type { LogRecord } from "./port.ts";
import { topicNames } from "../protocol/index.ts";
import { runningEngines } from "../../tests/cluster/engines.ts";

const engines = runningEngines();
const quiet = { warn: () => {}, error: () => {} };

describe.skipIf(engines === null)("on a real broker", () => {
  const address = {
    brokers: engines?.kafkaBrokers.split(",") ?? [],
    topicPrefix: `test-${crypto.randomUUID()}.`,
  };

  afterAll(async () => {
    await withAdmin(address, async (admin) => {
      const topics = (await admin.listTopics()).filter((name) => name.startsWith(address.topicPrefix));
      if (topics.length > 0) await admin.deleteTopics({ topics });
    });
  });

  const own = () => ({
    brokers: address.brokers,
    topicPrefix: `${address.topicPrefix}${crypto.randomUUID()}.`,
  });

  it("makes its topics once, also where several start together, and finds the same epoch", async () => {
    const place = own();
    const logs = await Promise.all(
      Array.from({ length: 3 }, () => connectKafkaLog({ ...place, logger: quiet })),
    );
    expect(new Set(logs.map(({ epoch }) => epoch)).size).toBe(1);
    expect(Object.keys(await (logs[0]?.ends(topicNames) ?? {}))).toHaveLength(24);
    await Promise.all(logs.map((log) => log.close()));
    const another = await connectKafkaLog({ ...own(), logger: quiet });
    expect(another.epoch).not.toBe(logs[0]?.epoch ?? "");
    await another.close();
  });

  it("refuses a topic with other partitions: keys would change their place", async () => {
    const place = own();
    await withAdmin(place, (admin) =>
      admin.createTopics({ topics: [{ topic: `${place.topicPrefix}games.events`, partitions: 2 }] }),
    );
    const found = await connectKafkaLog({ ...place, logger: quiet }).catch((error: unknown) => error);
    expect(found).toMatchObject({ engine: "Kafka", kind: "refused" });
    expect(String(found)).toContain("games.events has 2 partitions, but 6 are needed");
  });

  it("says in one line which brokers do not answer", async () => {
    const place = { brokers: ["127.0.0.1:1"], topicPrefix: "", logger: quiet };
    const found = await connectKafkaLog(place).catch((error: unknown) => error);
    expect(found).toMatchObject({ engine: "Kafka", kind: "away" });
    expect(String(found)).toMatch(/^EngineProblem: Kafka: 127\.0\.0\.1:1 does not answer \(.+\)\.$/);
  });

  it("sets aside what cannot be read, and goes on behind it (L2)", async () => {
    const place = own();
    const log = await connectKafkaLog({ ...place, logger: quiet });
    const producer = new KafkaProducer(place);
    const topic = `${place.topicPrefix}games.commands`;
    const record = (text: string) => ({
      topic,
      partition: 0,
      key: Buffer.from("k"),
      value: Buffer.from(text),
    });
    const command = { kind: "command", eventType: "test", payload: {} };
    await producer.append([record("{no JSON"), record("[]"), record(JSON.stringify(command))]);
    const { promise, resolve } = Promise.withResolvers<readonly LogRecord[]>();
    await log.consume({
      group: "g",
      topics: ["games.commands"],
      maxBatch: 10,
      handle: async (got) => resolve(got),
    });
    expect((await promise).map(({ value, offset }) => [value.eventType, offset])).toEqual([["test", 2]]);
    const letters = await withAdmin(place, async (admin) => {
      const name = `${place.topicPrefix}dead.letters`;
      return admin.listOffsets({ topics: [{ name, partitions: [{ partitionIndex: 0, timestamp: -1n }] }] });
    });
    expect(letters[0]?.partitions[0]?.offset).toBe(2n);
    await producer.close();
    await log.close();
  });

  it("gives the partitions of a member that was killed to another, with nothing passed over", async () => {
    const place = own();
    const log = await connectKafkaLog({ ...place, logger: quiet });
    const script = `
      import { connectKafkaLog } from ${JSON.stringify(join(import.meta.dir, "kafka.ts"))};
      const log = await connectKafkaLog({ ...${JSON.stringify(place)}, logger: { warn() {}, error() {} } });
      await log.consume({ group: "g", topics: ["games.commands"], maxBatch: 5, handle: async (batch) => {
        for (const { key } of batch) console.log(key);
      } });`;
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "ignore" });
    const heard = new Set<string>();
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of child.stdout) {
        for (const key of decoder.decode(chunk).split("\n")) if (key !== "") heard.add(key);
        if (heard.size >= 50) child.kill("SIGKILL");
      }
    })();
    const keys = Array.from({ length: 400 }, (_, n) => `key-${n}`);
    const value = { kind: "command", eventType: "test", payload: {} } as never;
    try {
      for (const key of keys) await log.append([{ topic: "games.commands", key, value }]);
      await reading;
    } finally {
      child.kill("SIGKILL");
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    await log.consume({
      group: "g",
      topics: ["games.commands"],
      maxBatch: 100,
      handle: async (batch) => {
        for (const { key } of batch) heard.add(key);
        if (heard.size >= keys.length) resolve();
      },
    });
    await promise;
    expect([...heard].toSorted()).toEqual(keys.toSorted());
    await log.close();
  }, 30_000);

  eventLogContract("Kafka", () => connectKafkaLog({ ...address, logger: quiet }));
});
