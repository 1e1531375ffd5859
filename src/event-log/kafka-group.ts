/**
 * A member of a group (L2): reads the partitions that are its own, hands their records out in batches, and commits
 * what was handled. Records may come twice when partitions change hands; none is passed over.
 */
import { Consumer } from "@platformatic/kafka";
import { clientOptions, errorText, type KafkaAddress } from "./kafka-connection.ts";
import { Fetcher, type FetchedRecord, type Reading } from "./kafka-fetch.ts";
import { isTimeAgain } from "../protocol/index.ts";
import type { GroupSubscription, LogRecord, Subscription } from "./port.ts";

export interface KafkaGroupParts {
  readonly address: KafkaAddress;
  readonly subscription: GroupSubscription;
  /** null: no record of this platform. */
  decode(reading: Reading, record: FetchedRecord): LogRecord | null;
  /** Keeps a record that cannot be read where an operator finds it. */
  setAside(reading: Reading, record: FetchedRecord): Promise<void>;
  onFailure(error: unknown, records: readonly LogRecord[]): void;
  readonly logger: { warn(fields: object, message: string): void };
}

/** A partition of this member. */
interface Own extends Reading {
  readonly fetched: Fetched[];
  /** Everything before this offset has been handled. */
  done: bigint;
  committed: bigint;
  /** A batch of it is being handled. */
  isBusy: boolean;
}

interface Fetched {
  readonly raw: FetchedRecord;
  readonly record: LogRecord | null;
}

/** Records that are read ahead of the handler, for each partition. */
const readAhead = 1_000;
const commitEveryMs = 100;
const firstRetryMs = 50;
const lastRetryMs = 5_000;
const lastWordsMs = 5_000;

export class KafkaGroupMember implements Subscription {
  readonly #parts: KafkaGroupParts;
  readonly #consumer: Consumer;
  readonly #fetcher: Fetcher;
  readonly #joined = Promise.withResolvers<void>();
  #own: Own[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #wake = Promise.withResolvers<void>();
  /** The group has given out its partitions anew. */
  #isReassigned = false;
  #isJoining = false;
  #isStopped = false;
  #lastCommitAt = 0;
  #committing: Promise<void> = Promise.resolve();
  #isCommitting = false;
  #working: Promise<void>;

  private constructor(parts: KafkaGroupParts) {
    const { address, subscription, logger } = parts;
    this.#parts = parts;
    this.#consumer = new Consumer({
      ...clientOptions(address, "patiently"),
      groupId: address.topicPrefix + subscription.group,
      sessionTimeout: 6_000,
      rebalanceTimeout: 10_000,
      heartbeatInterval: 1_000,
    });
    this.#consumer.topics.trackAll(...subscription.topics.map((topic) => address.topicPrefix + topic));
    this.#consumer.on("consumer:group:join", () => {
      this.#isReassigned = true;
      this.#goOn();
    });
    // Where the library gives up on the group, this member joins it again.
    this.#consumer.on("error" as never, (error: unknown) => this.#joinAgain(error));
    this.#consumer.on("consumer:heartbeat:stalled", ({ lastError }) => this.#joinAgain(lastError));
    this.#fetcher = new Fetcher({
      address,
      logger,
      wanted: () => this.#own.filter(({ fetched }) => fetched.length < readAhead),
      onRecords: (reading, records) => this.#take(reading, records),
    });
    this.#working = this.#work();
  }

  /** Resolves when the group has let it in. */
  static async join(parts: KafkaGroupParts): Promise<KafkaGroupMember> {
    const member = new KafkaGroupMember(parts);
    member.#joinAgain(null);
    await member.#joined.promise;
    return member;
  }

  /** The partitions that it has now, and the next record of each that is to be handled. */
  places(): readonly Reading[] {
    return this.#own.map(({ topic, partition, done }) => ({ topic, partition, next: done }));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#goOn();
    await this.#working;
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, lastWordsMs);
    await Promise.race([this.#leave(), tooLate]);
    clearTimeout(timer);
  }

  async #leave(): Promise<void> {
    await this.#commit();
    await this.#fetcher.stop();
    // Others take over at once, instead of after the session's end.
    await this.#consumer.close(true).catch((error: unknown) => this.#warn(error));
  }

  #joinAgain(why: unknown): void {
    if (this.#isJoining || this.#isStopped) return;
    this.#isJoining = true;
    if (why !== null) this.#warn(why);
    void this.#join().finally(() => (this.#isJoining = false));
  }

  async #join(): Promise<void> {
    for (let retryMs = firstRetryMs; !this.#isStopped; retryMs = Math.min(2 * retryMs, lastRetryMs)) {
      try {
        await this.#consumer.joinGroup({});
        return;
      } catch (error) {
        this.#warn(error);
        await Bun.sleep(retryMs);
      }
    }
  }

  #goOn(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  #take(reading: Reading, records: readonly FetchedRecord[]): void {
    const own = this.#own.find((each) => each === reading);
    if (own === undefined) return; // it was given to somebody else meanwhile
    for (const raw of records) own.fetched.push({ raw, record: this.#parts.decode(reading, raw) });
    this.#goOn();
  }

  async #work(): Promise<void> {
    while (!this.#isStopped) {
      const { promise: woken } = this.#wake;
      if (this.#isReassigned) {
        await Promise.all(this.#underWay);
        await this.#begin();
        continue;
      }
      for (const own of this.#own) this.#handNext(own);
      this.#commitNowAndThen();
      await this.#orCommitTime(woken);
    }
    await Promise.all(this.#underWay);
  }

  /** Each partition has one batch under way at a time; none waits for another. */
  #handNext(own: Own): void {
    if (own.isBusy || own.fetched.length === 0) return;
    own.isBusy = true;
    const wasFull = own.fetched.length >= readAhead;
    const handing = this.#handBatch(own).finally(() => {
      own.isBusy = false;
      this.#underWay.delete(handing);
      this.#goOn();
    });
    this.#underWay.add(handing);
    // The batch has been taken out of it: there is room again. Otherwise it is being read all the while.
    if (wasFull) this.#fetcher.wake();
  }

  async #handBatch(own: Own): Promise<void> {
    const batch = own.fetched.splice(0, this.#parts.subscription.maxBatch);
    const isHandled = await this.#handle(own, batch);
    const last = batch.at(-1);
    if (isHandled && last !== undefined) own.done = last.raw.offset + 1n;
  }

  /** Starts on the partitions that this member has now, from what the group has handled of them. */
  async #begin(): Promise<void> {
    this.#isReassigned = false;
    await this.#commit();
    try {
      const assigned = this.#consumer.assignments ?? [];
      const own = assigned.length === 0 ? [] : await this.#positions(assigned);
      if (this.#isReassigned) return;
      this.#own = own;
      this.#fetcher.wake();
      this.#joined.resolve();
    } catch (error) {
      this.#warn(error);
      this.#isReassigned = true;
      await Bun.sleep(firstRetryMs);
    }
  }

  async #positions(assigned: readonly { topic: string; partitions: number[] }[]): Promise<Own[]> {
    const committed = await this.#consumer.listCommittedOffsets({ topics: [...assigned] });
    const topics = assigned.map(({ topic }) => topic);
    const oldest = await this.#consumer.listOffsets({ topics, timestamp: -2n });
    return assigned.flatMap(({ topic, partitions }) =>
      partitions.map((partition, index): Own => {
        const start = oldest.get(topic)?.[partition] ?? 0n;
        const listed = committed.get(topic);
        // By partition, or in the order of the question, as the library has it.
        const found = listed?.[partition] ?? listed?.[index] ?? -1n;
        const next = found > start ? found : start;
        return { topic, partition, next, fetched: [], done: next, committed: found, isBusy: false };
      }),
    );
  }

  /** The same records again and again; false where they belong to somebody else before they are handled. */
  async #handle(own: Own, batch: readonly Fetched[]): Promise<boolean> {
    const records = batch.flatMap(({ record }) => (record === null ? [] : [record]));
    for (let retryMs = firstRetryMs; ; retryMs = Math.min(2 * retryMs, lastRetryMs)) {
      try {
        for (const { raw, record } of batch) if (record === null) await this.#parts.setAside(own, raw);
        if (records.length > 0) await this.#parts.subscription.handle(records);
        return true;
      } catch (error) {
        this.#parts.onFailure(error, records);
      }
      await Bun.sleep(retryMs);
      if (this.#isStopped || this.#isReassigned) return false;
    }
  }

  async #orCommitTime(woken: Promise<void>): Promise<void> {
    if (this.#own.every(({ done, committed }) => done === committed || done === 0n)) return woken;
    await Promise.race([woken, Bun.sleep(commitEveryMs)]);
  }

  /** Nobody waits for it. */
  #commitNowAndThen(): void {
    if (this.#isCommitting || !isTimeAgain(Date.now(), this.#lastCommitAt, commitEveryMs)) return;
    this.#isCommitting = true;
    this.#committing = this.#commitOnce().finally(() => (this.#isCommitting = false));
  }

  /** Everything that is handled by now. */
  async #commit(): Promise<void> {
    await this.#committing;
    await this.#commitOnce();
  }

  async #commitOnce(): Promise<void> {
    this.#lastCommitAt = Date.now();
    const behind = this.#own.filter(({ done, committed }) => done > committed);
    const offsets = behind.map(({ topic, partition, done }) => ({
      topic,
      partition,
      offset: done,
      leaderEpoch: -1,
    }));
    if (offsets.length === 0) return;
    try {
      await this.#consumer.commit({ offsets });
      for (const [index, own] of behind.entries()) own.committed = offsets[index]?.offset ?? own.committed;
    } catch (error) {
      // What was handled comes again to whoever reads the partition next; nothing is lost.
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    const { group } = this.#parts.subscription;
    this.#parts.logger.warn({ group, error: errorText(error) }, "a group's work was interrupted; it goes on");
  }
}
