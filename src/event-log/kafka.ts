/** The log of a cluster: Kafka (L1–L3). */
import { Consumer } from "@platformatic/kafka";
import { clientOptions, explain, type KafkaAddress } from "./kafka-connection.ts";
import { Fetcher, type FetchedRecord, type Reading } from "./kafka-fetch.ts";
import { KafkaGroupMember } from "./kafka-group.ts";
import { KafkaProducer, type RawRecord } from "./kafka-producer.ts";
import { deadLetters, ensureTopics } from "./kafka-topics.ts";
import { partitionOfKey } from "./partition-of-key.ts";
import {
  follower,
  type EventLog,
  type FollowOptions,
  type GroupSubscription,
  type LogRecord,
  type NewRecord,
  type Positions,
  type ReaderLag,
  type Subscription,
} from "./port.ts";
import { partitionName, topicNames, topics, type Envelope, type Topic } from "../protocol/index.ts";

export type { KafkaAddress } from "./kafka-connection.ts";

export interface KafkaLogOptions extends KafkaAddress {
  /** Copies of each topic that is made; -1: as the broker has it by default. */
  readonly replicas?: number;
  readonly logger: KafkaLogger;
}

export interface KafkaLogger {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface KafkaLog extends EventLog {
  /** Rejects with an EngineProblem where Kafka does not answer now. */
  check(): Promise<void>;
}

/**
 * Makes the topics that are missing, and is ready to read and write.
 *
 * @throws EngineProblem
 */
export async function connectKafkaLog(options: KafkaLogOptions): Promise<KafkaLog> {
  return new Kafka(options, await ensureTopics(options, options.replicas ?? -1));
}

interface Reader {
  readonly name: string;
  /** With the next record of each that it has not handled. */
  places(): readonly Reading[];
}

class Kafka implements KafkaLog {
  readonly epoch: string;
  readonly #options: KafkaLogOptions;
  readonly #producer: KafkaProducer;
  /** For questions about the log; reads nothing. */
  readonly #asking: Consumer;
  readonly #subscriptions = new Map<Subscription, Reader>();
  #isClosed = false;

  constructor(options: KafkaLogOptions, epoch: string) {
    this.epoch = epoch;
    this.#options = options;
    this.#producer = new KafkaProducer(options);
    this.#asking = new Consumer({ ...clientOptions(options, "briefly"), groupId: "asks-and-reads-nothing" });
  }

  append(records: readonly NewRecord[]): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error("The log is closed."));
    return this.#producer.append(records.map((record) => this.#encode(record)));
  }

  async consume(subscription: GroupSubscription): Promise<Subscription> {
    const { logger } = this.#options;
    const member = await KafkaGroupMember.join({
      address: this.#options,
      subscription,
      decode: (reading, record) => this.#decode(reading, record),
      setAside: (reading, record) => this.#setAside(reading, record),
      onFailure: (error, records) =>
        logger.error({ error, records: records.length }, "a batch could not be handled: it comes again"),
      logger,
    });
    return this.#keep(member, { name: subscription.group, places: () => member.places() });
  }

  async follow({ topics: wanted, since, onRecord }: FollowOptions): Promise<Subscription> {
    const readings = await this.#readingsFrom(wanted, since);
    const ends = await this.#listOffsets(wanted, -1n);
    const isCaughtUp = () =>
      readings.every(({ topic, partition, next }) => next >= (ends.get(topic)?.[partition] ?? 0n));
    const caughtUp = Promise.withResolvers<void>();
    const fetcher = new Fetcher({
      address: this.#options,
      logger: this.#options.logger,
      wanted: () => readings,
      onRecords: (reading, records) => {
        for (const record of records) this.#tell(onRecord, reading, record);
        if (isCaughtUp()) caughtUp.resolve();
      },
    });
    const stop = async () => {
      caughtUp.resolve();
      await fetcher.stop();
    };
    const following = this.#keep({ stop }, { name: follower, places: () => readings });
    fetcher.wake();
    if (!isCaughtUp()) await caughtUp.promise;
    return following;
  }

  async ends(wanted: readonly Topic[]): Promise<Positions> {
    const latest = await this.#listOffsets(wanted, -1n);
    const ends: Record<string, number> = {};
    for (const topic of wanted) {
      for (const [partition, offset] of (latest.get(this.#nameOf(topic)) ?? []).entries()) {
        ends[partitionName(topic, partition)] = Number(offset) - 1;
      }
    }
    return ends;
  }

  async lag(): Promise<readonly ReaderLag[]> {
    const readers = [...this.#subscriptions.values()].map(({ name, places }) => ({ name, places: places() }));
    const wanted = new Set(readers.flatMap(({ places }) => places.map((place) => this.#topicOf(place))));
    const ends = wanted.size === 0 ? new Map<string, bigint[]>() : await this.#listOffsets([...wanted], -1n);
    return readers.flatMap(({ name: reader, places }) =>
      places.map((place) => {
        const end = ends.get(place.topic)?.[place.partition] ?? 0n;
        // The place was read before the end.
        const records = Math.max(0, Number(end - place.next));
        return { reader, topic: this.#topicOf(place), records };
      }),
    );
  }

  async check(): Promise<void> {
    try {
      await this.#asking.metadata({
        topics: topicNames.map((topic) => this.#nameOf(topic)),
        forceUpdate: true,
      });
      const [topic = "games.events"] = topicNames;
      await this.#listOffsets([topic], -1n);
    } catch (error) {
      throw explain(error, this.#options);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([...this.#subscriptions.keys()].map((subscription) => subscription.stop()));
    await this.#producer.close();
    await this.#asking.close(true);
  }

  #keep(subscription: Subscription, reader: Reader): Subscription {
    let stopping: Promise<void> | null = null;
    const kept: Subscription = {
      stop: () => {
        stopping ??= subscription.stop().finally(() => this.#subscriptions.delete(kept));
        return stopping;
      },
    };
    this.#subscriptions.set(kept, reader);
    return kept;
  }

  #nameOf(topic: Topic): string {
    return this.#options.topicPrefix + topic;
  }

  #topicOf({ topic }: Reading): Topic {
    return topic.slice(this.#options.topicPrefix.length) as Topic; // only declared topics are read
  }

  #encode({ topic, key, value }: NewRecord): RawRecord {
    return {
      topic: this.#nameOf(topic),
      partition: partitionOfKey(key, topics[topic].partitions),
      key: Buffer.from(key),
      value: Buffer.from(JSON.stringify(value)),
    };
  }

  /** null: what is there was not written by this platform. */
  #decode(reading: Reading, { offset, appendedAt, key, value }: FetchedRecord): LogRecord | null {
    const envelope = value === null ? null : parseEnvelope(value);
    if (envelope === null) return null;
    const { partition } = reading;
    const topic = this.#topicOf(reading);
    return {
      topic,
      partition,
      offset: Number(offset),
      key: key?.toString() ?? "",
      value: envelope,
      appendedAt,
    };
  }

  #tell(onRecord: FollowOptions["onRecord"], reading: Reading, raw: FetchedRecord): void {
    const record = this.#decode(reading, raw);
    if (record === null) return; // the group that it was meant for sets it aside
    try {
      onRecord(record);
    } catch (error) {
      this.#options.logger.error({ error }, "a record could not be taken in");
    }
  }

  async #setAside({ topic, partition }: Reading, { offset, key, value }: FetchedRecord): Promise<void> {
    const origin = `${topic}/${partition}/${offset}`;
    this.#options.logger.error({ origin }, "a record cannot be read and was set aside in dead.letters");
    const text = JSON.stringify({ origin, key: base64(key), value: base64(value) });
    const letter = { topic: this.#options.topicPrefix + deadLetters.name, partition: 0 };
    await this.#producer.append([{ ...letter, key: Buffer.from(origin), value: Buffer.from(text) }]);
  }

  async #readingsFrom(wanted: readonly Topic[], since: number): Promise<readonly Reading[]> {
    // In this order: what is appended between the two questions is read, not skipped.
    const latest = await this.#listOffsets(wanted, -1n);
    const first = await this.#listOffsets(wanted, BigInt(Math.floor(since)));
    return [...first].flatMap(([topic, offsets]) =>
      // -1: nothing is that young.
      offsets.map((offset, partition) => ({
        topic,
        partition,
        next: offset >= 0n ? offset : (latest.get(topic)?.[partition] ?? 0n),
      })),
    );
  }

  async #listOffsets(wanted: readonly Topic[], timestamp: bigint): Promise<Map<string, bigint[]>> {
    const names = wanted.map((topic) => this.#nameOf(topic));
    return this.#asking.listOffsets({ topics: names, timestamp });
  }
}

function parseEnvelope(value: Buffer): Envelope | null {
  try {
    const envelope: unknown = JSON.parse(value.toString());
    const isEnvelope =
      typeof envelope === "object" && envelope !== null && "kind" in envelope && "eventType" in envelope;
    return isEnvelope ? (envelope as Envelope) : null; // written by #encode
  } catch {
    return null;
  }
}

function base64(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString("base64");
}
