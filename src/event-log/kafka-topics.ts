/** The topics of the log, as they are found or made at the start (L1). */
import { createHash } from "node:crypto";
import { errorText, withAdmin, type KafkaAddress } from "./kafka-connection.ts";
import type { Admin } from "@platformatic/kafka";
import { EngineProblem } from "../engines/engine.ts";
import { topicNames, topics } from "../protocol/index.ts";

/** Where records that cannot be read are set aside (L2). Nobody in this platform reads it: it is for an operator. */
export const deadLetters = { name: "dead.letters", partitions: 1, retentionMs: 7 * 24 * 60 * 60_000 };

const metadataAttempts = 20;
const metadataPauseMs = 100;

/** What the log's numbering belongs to (R3). */
export type Epoch = string;

/**
 * Makes the topics that are missing; several processes may do so at the same time.
 *
 * @param replicas copies of each new topic; -1: as the broker has it by default
 * @throws EngineProblem `refused` where a topic has another number of partitions
 */
export async function ensureTopics(address: KafkaAddress, replicas: number): Promise<Epoch> {
  return withAdmin(address, async (admin) => {
    const { topicPrefix } = address;
    const wanted = [
      ...topicNames.map((name) => ({ name: topicPrefix + name, ...topics[name] })),
      { ...deadLetters, name: topicPrefix + deadLetters.name },
    ];
    const present = new Set(await admin.listTopics());
    for (const { name, partitions, retentionMs } of wanted) {
      if (present.has(name)) continue;
      const configs = [
        { name: "retention.ms", value: String(retentionMs) },
        // Times come from one clock, the broker's, so that "since" means the same to everyone.
        { name: "message.timestamp.type", value: "LogAppendTime" },
      ];
      await admin
        .createTopics({ topics: [{ topic: name, partitions, replicas }], configs })
        .catch((error: unknown) => {
          if (!isAlreadyThere(error)) throw error;
        });
    }
    const names = wanted.map(({ name }) => name);
    const metadata = await metadataOf(admin, names);
    for (const { name, partitions } of wanted) {
      const count = metadata.topics.get(name)?.partitionsCount ?? 0;
      if (count === 0) throw new EngineProblem("Kafka", "away", `the topic ${name} is not there yet.`);
      if (count === partitions) continue;
      throw new EngineProblem(
        "Kafka",
        "refused",
        `the topic ${name} has ${count} partitions, but ${partitions} are needed: keys would change their ` +
          "place. Delete the topic, or set KAFKA_TOPIC_PREFIX to use topics of one's own.",
      );
    }
    const ids = names.map((name) => metadata.topics.get(name)?.id ?? "");
    return createHash("sha256")
      .update([metadata.id, ...ids].join("\n"))
      .digest("hex")
      .slice(0, 32);
  });
}

/** A topic that was just made is not known at once: the broker is asked again for a while. */
async function metadataOf(admin: Admin, topics: readonly string[]) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await admin.metadata({ topics: [...topics], forceUpdate: true });
    } catch (error) {
      if (attempt === metadataAttempts || !/unknown topic/i.test(errorText(error))) throw error;
      await Bun.sleep(metadataPauseMs);
    }
  }
}

function isAlreadyThere(error: unknown): boolean {
  return /TOPIC_ALREADY_EXISTS|already exists/i.test(errorText(error));
}
