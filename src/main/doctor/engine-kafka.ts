/** Kafka as the log wants it (L1): topics that keep records by time, in the order and for as long as is needed. */
import { ConfigResourceTypes, type Admin } from "@platformatic/kafka";
import { about, messageOf, type Finding } from "./finding.ts";
import { EngineProblem } from "../../engines/engine.ts";
import { withAdmin, type KafkaAddress } from "../../event-log/kafka-connection.ts";
import { deadLetters } from "../../event-log/kafka-topics.ts";
import { topicNames, topics } from "../../protocol/index.ts";

const { ok, warning, error } = about("Kafka");
/** What a gateway reads again when it starts, and a client may have missed (R2, H3). */
const leastRetentionMs = 10 * 60_000;
/** Fetch 12: topics are asked for by name with the epochs of leaders. In every broker since 2.7. */
const leastFetchVersion = 12;

interface WantedTopic {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
}

interface FoundTopic {
  readonly partitions: readonly { readonly replicas: readonly number[]; readonly isr: readonly number[] }[];
  readonly config: ReadonlyMap<string, string>;
}

export async function checkKafka(address: KafkaAddress): Promise<Finding[]> {
  try {
    return await withAdmin(address, (admin) => look(admin, address));
  } catch (problem) {
    if (!(problem instanceof EngineProblem)) throw problem;
    const mend =
      problem.kind === "refused"
        ? "set KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_MECHANISM to what the broker knows."
        : "start the broker, or mend KAFKA_BROKERS and KAFKA_TLS; advertised.listeners must name an address that this machine reaches.";
    return [error(messageOf(problem).replace("Kafka: ", ""), mend)];
  }
}

async function look(admin: Admin, { brokers, topicPrefix }: KafkaAddress): Promise<Finding[]> {
  const wanted: readonly WantedTopic[] = [
    ...topicNames.map((name) => ({ name, ...topics[name] })),
    deadLetters,
  ].map((topic) => ({ ...topic, name: topicPrefix + topic.name }));
  const there = new Set(await admin.listTopics());
  const present = wanted.filter(({ name }) => there.has(name));
  const metadata = await admin.metadata({ topics: present.map(({ name }) => name), forceUpdate: true });
  const configs = await readConfigs(admin, present);
  const findings = [...(await checkBroker(admin, brokers, metadata.brokers.size))];
  for (const topic of present) {
    const partitions = metadata.topics.get(topic.name)?.partitions ?? [];
    findings.push(
      ...checkTopic(
        topic,
        { partitions, config: configs.get(topic.name) ?? new Map() },
        metadata.brokers.size,
      ),
    );
  }
  const missing = wanted.length - present.length;
  if (missing > 0)
    findings.push(ok(`${missing} of ${wanted.length} topics are not there yet: they are made at the start.`));
  findings.push(...(await checkDeadLetters(admin, topicPrefix + deadLetters.name, there)));
  if (findings.every(({ level }) => level === "ok") && present.length > 0) {
    findings.push(ok(`${present.length} topics have the partitions and the retention that are wanted.`));
  }
  return findings;
}

async function checkBroker(admin: Admin, asked: readonly string[], brokerCount: number): Promise<Finding[]> {
  const apis = await admin.listApis();
  const fetchVersion = apis.find(({ name }) => name === "Fetch")?.maxVersion ?? 0;
  if (fetchVersion < leastFetchVersion) {
    return [
      error(
        `${asked.join(", ")} is too old (Fetch ${fetchVersion}).`,
        "use Kafka 3 or newer; 4.4 is what is tested.",
      ),
    ];
  }
  return [ok(`${asked.join(", ")} answers; ${brokerCount} ${brokerCount === 1 ? "broker" : "brokers"}.`)];
}

async function readConfigs(admin: Admin, present: readonly WantedTopic[]) {
  if (present.length === 0) return new Map<string, ReadonlyMap<string, string>>();
  const resources = present.map(({ name }) => ({
    resourceType: ConfigResourceTypes.TOPIC,
    resourceName: name,
  }));
  const described = await admin.describeConfigs({ resources });
  return new Map(
    described.map(({ resourceName, configs }) => [
      resourceName,
      new Map(configs.map(({ name, value }) => [name, value ?? ""])),
    ]),
  );
}

/** What is said of a topic, by what was found; how to mend it is a command that Kafka brings. */
export function checkTopic(wanted: WantedTopic, found: FoundTopic, brokerCount: number): Finding[] {
  const { name } = wanted;
  const findings: Finding[] = [];
  const alter = (setting: string) =>
    `kafka-configs.sh --bootstrap-server … --alter --entity-type topics --entity-name ${name} --add-config ${setting}`;
  if (found.partitions.length !== wanted.partitions) {
    findings.push(
      error(
        `${name} has ${found.partitions.length} partitions, but ${wanted.partitions} are needed: keys would change their place.`,
        "stop all programs and delete the topic, which is made anew; or set KAFKA_TOPIC_PREFIX to use topics of one's own.",
      ),
    );
  }
  const retentionMs = Number(found.config.get("retention.ms") ?? wanted.retentionMs);
  if (retentionMs >= 0 && retentionMs < leastRetentionMs) {
    const says = `${name} keeps records for ${retentionMs} ms: commands that wait, and what a gateway reads at its start, would be gone.`;
    findings.push(error(says, alter(`retention.ms=${wanted.retentionMs}`)));
  } else if (retentionMs >= 0 && retentionMs < wanted.retentionMs) {
    const says = `${name} keeps records for ${retentionMs} ms, less than the ${wanted.retentionMs} that are wanted.`;
    findings.push(warning(says, alter(`retention.ms=${wanted.retentionMs}`)));
  }
  if ((found.config.get("cleanup.policy") ?? "delete") !== "delete") {
    const says = `${name} is compacted: of each room only the last record would stay.`;
    findings.push(error(says, alter("cleanup.policy=delete")));
  }
  if ((found.config.get("message.timestamp.type") ?? "LogAppendTime") !== "LogAppendTime") {
    const says = `${name} has times of its writers, not the broker's.`;
    findings.push(error(says, alter("message.timestamp.type=LogAppendTime")));
  }
  return [...findings, ...checkCopies(name, found, brokerCount, alter)];
}

function checkCopies(
  name: string,
  { partitions, config }: FoundTopic,
  brokerCount: number,
  alter: (setting: string) => string,
): Finding[] {
  const copies = Math.min(...partitions.map(({ replicas }) => replicas.length));
  const behind = partitions.filter(({ replicas, isr }) => isr.length < replicas.length).length;
  const least = Number(config.get("min.insync.replicas") ?? 1);
  const findings: Finding[] = [];
  if (copies === 1 && brokerCount > 2) {
    const mend =
      "give it more replicas with kafka-reassign-partitions.sh, and default.replication.factor=3 to the brokers.";
    findings.push(
      warning(`${name} has one copy on ${brokerCount} brokers: a lost disk loses records.`, mend),
    );
  }
  if (copies > 2 && least < 2) {
    const says = `${name} acknowledges what is on one of ${copies} brokers alone.`;
    findings.push(warning(says, alter("min.insync.replicas=2")));
  }
  if (copies > 1 && least >= copies) {
    const says = `${name} takes nothing as soon as one of its ${copies} copies is away.`;
    findings.push(warning(says, alter(`min.insync.replicas=${copies - 1}`)));
  }
  if (config.get("unclean.leader.election.enable") === "true") {
    const says = `${name} may be led by a broker that has missed records: acknowledged ones would be lost.`;
    findings.push(error(says, alter("unclean.leader.election.enable=false")));
  }
  if (behind > 0) {
    const says = `${name}: ${behind} partitions have copies that are behind.`;
    findings.push(
      warning(
        says,
        "see which broker is down or slow: kafka-topics.sh --describe --under-replicated-partitions",
      ),
    );
  }
  return findings;
}

async function checkDeadLetters(admin: Admin, name: string, there: ReadonlySet<string>): Promise<Finding[]> {
  if (!there.has(name)) return [];
  const ask = async (timestamp: bigint) => {
    const [topic] = await admin.listOffsets({
      topics: [{ name, partitions: [{ partitionIndex: 0, timestamp }] }],
    });
    return topic?.partitions[0]?.offset ?? 0n;
  };
  const [first, end] = [await ask(-2n), await ask(-1n)];
  if (end === first) return [];
  const says = `${end - first} records could not be read and were set aside in ${name}.`;
  return [
    warning(
      says,
      `look at them (kafka-console-consumer.sh --topic ${name} --from-beginning): each says where it came from.`,
    ),
  ];
}
