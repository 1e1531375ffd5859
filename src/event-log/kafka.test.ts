import { afterAll, describe } from "bun:test";
import { eventLogContract } from "./contract.ts";
import { connectKafkaLog } from "./kafka.ts";
import { withAdmin } from "./kafka-connection.ts";
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

  eventLogContract("Kafka", () => connectKafkaLog({ ...address, logger: quiet }));
});
