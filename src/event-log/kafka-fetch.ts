/**
 * Reads partitions from where they are to be read: one long poll after another on each broker that leads some of
 * them. After a broker's restart, or when another one leads, it goes on where it was.
 */
import { Consumer, type FetchOptions } from "@platformatic/kafka";
import { clientOptions, errorText, type KafkaAddress } from "./kafka-connection.ts";

/** A partition that is being read. */
export interface Reading {
  /** With the prefix. */
  readonly topic: string;
  readonly partition: number;
  /** The offset of the next record that is wanted. */
  next: bigint;
}

export interface FetchedRecord {
  readonly offset: bigint;
  /** Milliseconds since 1970. */
  readonly appendedAt: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export interface FetcherParts {
  readonly address: KafkaAddress;
  /** What is to be read now; asked before each fetch. */
  wanted(): Iterable<Reading>;
  /** In the order of the partition. `reading.next` is behind them already. */
  onRecords(reading: Reading, records: readonly FetchedRecord[]): void;
  readonly logger: { warn(fields: object, message: string): void };
}

type Topics = FetchOptions<Buffer, Buffer, Buffer, Buffer>["topics"];
type Response = Awaited<ReturnType<Consumer["fetch"]>>;

const maxWaitMs = 500;
const partitionBytes = 1024 * 1024;
/** A broker that leads nothing of what is wanted is looked at again after this. */
const idleMs = 1_000;
/**
 * After each answer: what comes in this time is in the next one. Without it each record is an answer by itself, and the
 * work of asking, here and at the broker, is what the next record waits for (decision 020).
 */
const togetherMs = 2;
const firstRetryMs = 50;
const lastRetryMs = 1_000;
const isControl = 0x20;
const hasAppendTime = 0x08;

export class Fetcher {
  readonly #parts: FetcherParts;
  readonly #consumer: Consumer;
  readonly #loops = new Map<number, Promise<void>>();
  #wake = Promise.withResolvers<void>();
  #looking: Promise<void> | null = null;
  #isStopped = false;

  constructor(parts: FetcherParts) {
    this.#parts = parts;
    this.#consumer = new Consumer({
      ...clientOptions(parts.address, "briefly"),
      groupId: "reads-without-a-group",
      retries: 0,
      minBytes: 1,
      maxWaitTime: maxWaitMs,
    });
  }

  /** Something new may be wanted. */
  wake(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
    if (this.#isStopped) return;
    this.#looking ??= this.#look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    await this.#looking;
    // Ends the fetches that are under way.
    await this.#consumer.close(true).catch(() => undefined);
    await Promise.all(this.#loops.values());
  }

  async #look(): Promise<void> {
    await Promise.resolve(); // so that `looking` is set when this ends
    await this.#lookForLeaders();
    this.#looking = null; // in the turn of the last look: no wake is lost in between
  }

  /** Starts a loop for each broker that leads something that is wanted. */
  async #lookForLeaders(): Promise<void> {
    for (let retryMs = firstRetryMs; !this.#isStopped; retryMs = Math.min(2 * retryMs, lastRetryMs)) {
      const wanted = [...this.#parts.wanted()];
      if (wanted.length === 0) return;
      try {
        const topics = [...new Set(wanted.map(({ topic }) => topic))];
        const { topics: known } = await this.#consumer.metadata({ topics });
        const leaders = wanted.map(({ topic, partition }) => known.get(topic)?.partitions[partition]?.leader);
        for (const leader of leaders) if (leader !== undefined && leader >= 0) this.#startLoop(leader);
        if (leaders.every((leader) => leader !== undefined && leader >= 0)) return;
      } catch (error) {
        this.#warn(error);
      }
      await this.#pause(retryMs);
    }
  }

  #startLoop(node: number): void {
    if (this.#isStopped || this.#loops.has(node)) return;
    const loop = this.#loop(node).finally(() => this.#loops.delete(node));
    this.#loops.set(node, loop);
  }

  async #loop(node: number): Promise<void> {
    let retryMs = firstRetryMs;
    while (!this.#isStopped) {
      try {
        const woken = this.#wake.promise; // taken before the question: no wake is lost in between
        const { topics, readings } = await this.#requestFor(node);
        if (this.#isStopped) return;
        if (readings.size === 0) {
          // A leader may change without anybody's failing.
          await Promise.race([woken, Bun.sleep(idleMs)]);
          continue;
        }
        const response = await this.#consumer.fetch({ node, topics, maxWaitTime: maxWaitMs, minBytes: 1 });
        this.#take(response, readings);
        await this.#pause(togetherMs);
        retryMs = firstRetryMs;
      } catch (error) {
        if (this.#isStopped) return;
        await this.#recover(error);
        await this.#pause(retryMs);
        retryMs = Math.min(2 * retryMs, lastRetryMs);
        this.wake(); // another broker may lead by now
      }
    }
  }

  async #requestFor(node: number): Promise<{ topics: Topics; readings: ReadonlyMap<string, Reading> }> {
    const wanted = [...this.#parts.wanted()];
    const readings = new Map<string, Reading>();
    const byTopic = new Map<string, Topics[number]>();
    if (wanted.length === 0) return { topics: [], readings };
    const { topics } = await this.#consumer.metadata({
      topics: [...new Set(wanted.map(({ topic }) => topic))],
    });
    for (const reading of wanted) {
      const topic = topics.get(reading.topic);
      const partition = topic?.partitions[reading.partition];
      if (topic === undefined || partition === undefined) continue;
      // Leadership may have moved to a broker that nothing was read from before.
      if (partition.leader !== node && partition.leader >= 0) this.#startLoop(partition.leader);
      if (partition.leader !== node) continue;
      const request = byTopic.get(topic.id) ?? { topicId: topic.id, partitions: [] };
      byTopic.set(topic.id, request);
      request.partitions.push({
        partition: reading.partition,
        currentLeaderEpoch: partition.leaderEpoch,
        fetchOffset: reading.next,
        lastFetchedEpoch: -1,
        partitionMaxBytes: partitionBytes,
      });
      readings.set(`${topic.id}/${reading.partition}`, reading);
    }
    return { topics: [...byTopic.values()], readings };
  }

  #take(response: Response, readings: ReadonlyMap<string, Reading>): void {
    for (const { topicId, partitions } of response.responses) {
      for (const { partitionIndex, records: batches } of partitions) {
        const reading = readings.get(`${topicId}/${partitionIndex}`);
        if (reading === undefined || !batches) continue;
        const found: FetchedRecord[] = [];
        for (const batch of batches) {
          const { firstOffset, lastOffsetDelta, attributes, firstTimestamp, maxTimestamp } = batch;
          if ((attributes & isControl) === 0) {
            for (const { offsetDelta, timestampDelta, key, value } of batch.records) {
              const offset = firstOffset + BigInt(offsetDelta);
              // A batch is given whole, also where only its end was asked for.
              if (offset < reading.next) continue;
              const time =
                (attributes & hasAppendTime) === 0 ? firstTimestamp + timestampDelta : maxTimestamp;
              found.push({ offset, appendedAt: Number(time), key, value });
            }
          }
          const behind = firstOffset + BigInt(lastOffsetDelta) + 1n;
          if (behind > reading.next) reading.next = behind;
        }
        if (found.length > 0) this.#parts.onRecords(reading, found);
      }
    }
  }

  /** What lies before the oldest record is gone; where the log was cut at its end, that end is where it goes on. */
  async #recover(error: unknown): Promise<void> {
    this.#consumer.clearMetadata();
    if (!/OFFSET_OUT_OF_RANGE/.test(errorText(error))) return this.#warn(error);
    this.#parts.logger.warn(
      {},
      "some records were gone before they were read; reading goes on at the oldest",
    );
    try {
      for (const reading of this.#parts.wanted()) {
        const { topic, partition } = reading;
        const list = (timestamp: bigint) =>
          this.#consumer.listOffsets({ topics: [topic], partitions: { [topic]: [partition] }, timestamp });
        const oldest = (await list(-2n)).get(topic)?.[partition] ?? 0n;
        const end = (await list(-1n)).get(topic)?.[partition] ?? oldest;
        if (reading.next < oldest) reading.next = oldest;
        else if (reading.next > end) reading.next = end;
      }
    } catch (failure) {
      this.#warn(failure);
    }
  }

  #warn(error: unknown): void {
    if (this.#isStopped) return;
    this.#parts.logger.warn({ error: errorText(error) }, "Kafka could not be read; it is tried again");
  }

  async #pause(ms: number): Promise<void> {
    if (!this.#isStopped) await Bun.sleep(ms);
  }
}
