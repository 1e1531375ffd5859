/**
 * The log: the only road between gateways and services (design §1, L1–L4).
 *
 * A topic has a fixed number of partitions; a record's key chooses its partition, and records of one key keep
 * their order. Values are JSON-able envelopes; whoever reads one MUST treat it as immutable.
 */
import type { Envelope, EventTopic, Topic } from "../protocol/index.ts";

export interface NewRecord {
  readonly topic: Topic;
  readonly key: string;
  readonly value: Envelope;
}

export interface LogRecord {
  readonly topic: Topic;
  readonly partition: number;
  /** Contiguous for each partition in memory; rising, with holes allowed, in Kafka. */
  readonly offset: number;
  readonly key: string;
  readonly value: Envelope;
  /** Milliseconds since 1970: when the log took it in. */
  readonly appendedAt: number;
}

/** `{"games.events/3": 1042}`: an offset for each partition. */
export type Positions = Readonly<Record<string, number>>;

export interface EventLog {
  /**
   * Identifies this log's numbering (R3): offsets of one epoch mean nothing in another.
   * The boot's id in memory, a hash of the cluster's and topics' ids in Kafka.
   */
  readonly epoch: string;

  /**
   * Appends in the order given. MUST NOT resolve before all records are as durable as this log makes them;
   * MUST keep the order of records of one key over all calls of one process, also of calls that overlap.
   * Rejects where the log cannot take them; then any of them may or may not be there, and the caller may repeat.
   */
  append(records: readonly NewRecord[]): Promise<void>;

  /**
   * Whether so much of this key's partition waits to be handled that whoever takes something in from outside should
   * refuse it (a log with room for everything has no such method). The platform's own records are taken all the same.
   */
  isFull?(topic: Topic, key: string): boolean;

  /**
   * Consumes as a member of a group: each record goes to one member, at least once (L2).
   * `handle` gets a batch in partition order, at most `maxBatch` records; the next batch of a partition MUST NOT
   * start before it resolves, and the offsets are committed after it. Where it rejects, the same records come again.
   * A new group starts at the oldest record that is kept.
   */
  consume(subscription: GroupSubscription): Promise<Subscription>;

  /**
   * Reads every partition of the topics, without a group (L3): from the given positions (exclusive), or from the
   * first record not older than `since`. `onRecord` is called in partition order, synchronously.
   * The promise resolves when the ends that were read at the start have been reached.
   */
  follow(reader: FollowOptions): Promise<Subscription>;

  /** The offset of the last record of each partition of the topics; -1 for an empty one. */
  ends(topics: readonly Topic[]): Promise<Positions>;

  /** How far the readers of this process are behind; of a group, on the partitions that this process has now. */
  lag(): Promise<readonly ReaderLag[]>;

  /** Appends what is under way, then lets go of everything. */
  close(): Promise<void>;
}

export interface ReaderLag {
  /** The name of a group; `follower` for one who reads without. */
  readonly reader: string;
  readonly topic: Topic;
  /** In the log, and not handled yet. */
  readonly records: number;
}

/** The name of all who read without a group. */
export const follower = "follower";

export interface GroupSubscription {
  readonly group: string;
  readonly topics: readonly Topic[];
  readonly maxBatch: number;
  handle(batch: readonly LogRecord[]): Promise<void>;
}

export interface FollowOptions {
  readonly topics: readonly EventTopic[];
  /** Milliseconds since 1970. */
  readonly since: number;
  onRecord(record: LogRecord): void;
}

export interface Subscription {
  /** Resolves when no further call to the handler will come and the one under way is done. */
  stop(): Promise<void>;
}
