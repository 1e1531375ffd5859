/**
 * The log of the embedded default: in this process, bounded, gone with it. Everything that was appended in one
 * turn is delivered in the next microtask, so that what comes in together is handled together.
 */
import { MemoryGroup, type HandlerFailure } from "./memory-group.ts";
import { MemoryPartition } from "./memory-partition.ts";
import { partitionOfKey } from "./partition-of-key.ts";
import { partitionName, topicNames, topics, type Topic } from "../protocol/index.ts";
import {
  follower as followerName,
  type EventLog,
  type FollowOptions,
  type GroupSubscription,
  type NewRecord,
  type Positions,
  type ReaderLag,
  type Subscription,
} from "./port.ts";

/** Time, as the log asks for it. */
export interface LogClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `run` once, after `ms` milliseconds; answers what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface MemoryLogOptions {
  readonly clock?: LogClock;
  /** How long events are kept: a little more than the gateways' replay window (R2). */
  readonly retentionMs?: number;
  /** How many handled records a partition keeps at most: gateways that are here have them as frames already. */
  readonly maxRecords?: number;
  /**
   * With so many records in a partition that somebody has yet to handle, it says that it is full: who waits longer
   * than a second or two is better told to come again.
   */
  readonly fullAt?: number;
  /** With so many it takes no more, from nobody: only a reader that is stuck comes to so many. */
  readonly maxUnhandled?: number;
  readonly firstRetryMs?: number;
  readonly maxRetryMs?: number;
  readonly onHandlerFailure?: (failure: HandlerFailure) => void;
}

const minute = 60_000;

const defaults = {
  retentionMs: 6 * minute,
  maxRecords: 100,
  fullAt: 1_000,
  maxUnhandled: 100_000,
  firstRetryMs: 50,
  maxRetryMs: 5_000,
} as const;

const systemClock: LogClock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export function createMemoryLog(options: MemoryLogOptions = {}): EventLog {
  return new MemoryLog(options);
}

interface Follower {
  readonly onRecord: FollowOptions["onRecord"];
  /** The offset of the next record to be given to it. */
  readonly positions: Map<MemoryPartition, number>;
}

class MemoryLog implements EventLog {
  readonly epoch = crypto.randomUUID();
  readonly #clock: LogClock;
  readonly #limits: Readonly<Record<keyof typeof defaults, number>>;
  readonly #onHandlerFailure: (failure: HandlerFailure) => void;
  readonly #partitions = new Map<Topic, readonly MemoryPartition[]>();
  readonly #groups = new Map<string, MemoryGroup>();
  readonly #members = new Set<Subscription>();
  readonly #followers = new Set<Follower>();
  readonly #touched = new Set<MemoryPartition>();
  readonly #timers = new Set<() => void>();
  #deliveryDue = false;
  #closed = false;

  constructor({ clock, onHandlerFailure, ...limits }: MemoryLogOptions) {
    this.#clock = clock ?? systemClock;
    this.#limits = { ...defaults, ...limits };
    this.#onHandlerFailure = onHandlerFailure ?? ((failure) => console.error("A handler failed", failure));
    for (const topic of topicNames) {
      const partitions = Array.from(
        { length: topics[topic].partitions },
        (_, n) => new MemoryPartition(topic, n),
      );
      this.#partitions.set(topic, partitions);
    }
  }

  append(records: readonly NewRecord[]): Promise<void> {
    if (this.#closed) return Promise.reject(new Error(closedMessage));
    const targets = records.map(({ topic, key, value }) => ({
      partition: this.#partitionFor(topic, key),
      key,
      value,
    }));
    const full = targets.find(({ partition }) => partition.unhandled >= this.#limits.maxUnhandled);
    if (full !== undefined)
      return Promise.reject(new Error(`${full.partition.topic} is full: its readers do not keep up.`));
    const now = this.#clock.now();
    for (const { partition, key, value } of targets) {
      partition.append(key, value, now);
      this.#touched.add(partition);
    }
    this.#deliverSoon();
    return Promise.resolve();
  }

  isFull(topic: Topic, key: string): boolean {
    const { fullAt } = this.#limits;
    // Nearly always none is: then nobody asks which one it would be.
    for (const { unhandled } of this.#partitionsOf(topic))
      if (unhandled >= fullAt) return this.#partitionFor(topic, key).unhandled >= fullAt;
    return false;
  }

  consume(subscription: GroupSubscription): Promise<Subscription> {
    if (this.#closed) return Promise.reject(new Error(closedMessage));
    let group = this.#groups.get(subscription.group);
    if (group === undefined) {
      group = new MemoryGroup(subscription.group, this.#groupSurroundings());
      this.#groups.set(subscription.group, group);
    }
    const member = group.join(subscription);
    const handle = { stop: () => member.stop().finally(() => this.#members.delete(handle)) };
    this.#members.add(handle);
    this.#deliverSoon();
    return Promise.resolve(handle);
  }

  follow({ topics, since, onRecord }: FollowOptions): Promise<Subscription> {
    if (this.#closed) return Promise.reject(new Error(closedMessage));
    const follower: Follower = { onRecord, positions: new Map() };
    for (const partition of topics.flatMap((topic) => this.#partitionsOf(topic))) {
      follower.positions.set(partition, partition.offsetAt(since));
    }
    this.#followers.add(follower);
    for (const partition of follower.positions.keys()) this.#deliverTo(follower, partition);
    return Promise.resolve({
      stop: () => {
        this.#followers.delete(follower);
        return Promise.resolve();
      },
    });
  }

  ends(topics: readonly Topic[]): Promise<Positions> {
    const ends: Record<string, number> = {};
    for (const partition of topics.flatMap((topic) => this.#partitionsOf(topic))) {
      ends[partitionName(partition.topic, partition.partition)] = partition.next - 1;
    }
    return Promise.resolve(ends);
  }

  lag(): Promise<readonly ReaderLag[]> {
    const lags: ReaderLag[] = [...this.#groups.values()].flatMap((group) => group.lag());
    for (const { positions } of this.#followers) {
      for (const [partition, position] of positions)
        lags.push({ reader: followerName, topic: partition.topic, records: partition.next - position });
    }
    return Promise.resolve(lags);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#deliver();
    await Promise.all([...this.#members].map((member) => member.stop()));
    for (const cancel of this.#timers) cancel();
    this.#followers.clear();
    this.#groups.clear();
    this.#partitions.clear();
  }

  #deliverSoon(): void {
    if (this.#deliveryDue) return;
    this.#deliveryDue = true;
    queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    this.#deliveryDue = false;
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const follower of this.#followers) {
      for (const partition of touched) this.#deliverTo(follower, partition);
    }
    for (const group of this.#groups.values()) group.wake();
    for (const partition of touched) this.#forget(partition);
  }

  #deliverTo(follower: Follower, partition: MemoryPartition): void {
    let position = follower.positions.get(partition);
    if (position === undefined) return;
    for (let record = partition.at(position); record !== undefined; record = partition.at(position)) {
      if (!this.#followers.has(follower)) return;
      position += 1;
      // Before the call: a reader that throws has had this record.
      follower.positions.set(partition, position);
      try {
        follower.onRecord(record);
      } catch (error) {
        reportError(error);
      }
    }
  }

  /** Drops what nobody needs any more. */
  #forget(partition: MemoryPartition): void {
    let needed = partition.next;
    for (const { positions } of this.#followers)
      needed = Math.min(needed, positions.get(partition) ?? needed);
    let groups = 0;
    for (const group of this.#groups.values()) {
      const committed = group.committed(partition);
      if (committed === null) continue;
      groups += 1;
      needed = Math.min(needed, committed);
    }
    partition.handledUpTo(needed);
    // A command that everybody has handled is of no use to anyone; events are what a resume is made of (R2).
    const keepHandled = groups === 0 || !partition.topic.endsWith(".commands");
    const oldest = this.#clock.now() - this.#limits.retentionMs;
    partition.dropWhile(
      ({ offset, appendedAt }) =>
        offset < needed && (!keepHandled || appendedAt < oldest || partition.size > this.#limits.maxRecords),
    );
  }

  #groupSurroundings() {
    return {
      partitionsOf: (topic: Topic) => this.#partitionsOf(topic),
      after: (ms: number, run: () => void) => this.#after(ms, run),
      firstRetryMs: this.#limits.firstRetryMs,
      maxRetryMs: this.#limits.maxRetryMs,
      onCommitted: (partition: MemoryPartition) => this.#forget(partition),
      onFailure: this.#onHandlerFailure,
    };
  }

  #after(ms: number, run: () => void): void {
    const cancel = this.#clock.after(ms, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }

  #partitionsOf(topic: Topic): readonly MemoryPartition[] {
    return this.#partitions.get(topic) ?? [];
  }

  #partitionFor(topic: Topic, key: string): MemoryPartition {
    const partitions = this.#partitionsOf(topic);
    const partition = partitions[partitionOfKey(key, partitions.length)];
    if (partition === undefined) throw new Error(`There is no topic ${topic}.`);
    return partition;
  }
}

const closedMessage = "The log is closed.";
