/**
 * A group of the log in memory: which member has which partition, and how far each partition is handled (L2).
 * A member gets one batch at a time, over all of its partitions: what comes in while a batch is being saved is
 * the next one. Where a handler rejects, its partitions stay where they are and come again after a pause.
 */
import type { MemoryPartition } from "./memory-partition.ts";
import type { GroupSubscription, LogRecord, ReaderLag } from "./port.ts";
import type { Topic } from "../protocol/index.ts";

export interface GroupSurroundings {
  partitionsOf(topic: Topic): readonly MemoryPartition[];
  /** Runs `run` after `ms` milliseconds. */
  after(ms: number, run: () => void): void;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  onCommitted(partition: MemoryPartition): void;
  onFailure(failure: HandlerFailure): void;
}

export interface HandlerFailure {
  readonly group: string;
  readonly error: unknown;
  readonly records: number;
  readonly retryInMs: number;
}

interface Share {
  readonly partition: MemoryPartition;
  /** The offset of the next record to be handled. */
  committed: number;
  owner: GroupMember | null;
  /** A batch with records of it is under way, perhaps with an earlier owner. */
  busy: boolean;
}

export class MemoryGroup {
  readonly name: string;
  readonly surroundings: GroupSurroundings;
  readonly #shares = new Map<MemoryPartition, Share>();
  #members: readonly GroupMember[] = [];

  constructor(name: string, surroundings: GroupSurroundings) {
    this.name = name;
    this.surroundings = surroundings;
  }

  join(subscription: GroupSubscription): GroupMember {
    for (const topic of subscription.topics) {
      for (const partition of this.surroundings.partitionsOf(topic)) {
        if (this.#shares.has(partition)) continue;
        this.#shares.set(partition, { partition, committed: partition.first, owner: null, busy: false });
      }
    }
    const member = new GroupMember(this, subscription);
    this.#members = [...this.#members, member];
    this.#shareOut();
    return member;
  }

  leave(member: GroupMember): void {
    this.#members = this.#members.filter((other) => other !== member);
    this.#shareOut();
    this.wake();
  }

  /** How far this group has handled a partition; null where it does not read it. */
  committed(partition: MemoryPartition): number | null {
    return this.#shares.get(partition)?.committed ?? null;
  }

  lag(): readonly ReaderLag[] {
    return [...this.#shares.values()].map(({ partition, committed }) => ({
      reader: this.name,
      topic: partition.topic,
      records: partition.next - committed,
    }));
  }

  wake(): void {
    for (const member of this.#members) member.wake();
  }

  sharesOf(member: GroupMember): readonly Share[] {
    return [...this.#shares.values()].filter(({ owner }) => owner === member);
  }

  /** Deals the partitions of each topic round the members that read it. */
  #shareOut(): void {
    const dealt = new Map<Topic, number>();
    for (const share of this.#shares.values()) {
      const { topic } = share.partition;
      const readers = this.#members.filter((member) => member.subscription.topics.includes(topic));
      const turn = dealt.get(topic) ?? 0;
      dealt.set(topic, turn + 1);
      share.owner = readers[turn % readers.length] ?? null;
    }
    for (const member of this.#members) member.takeShares();
  }
}

export class GroupMember {
  readonly subscription: GroupSubscription;
  readonly #group: MemoryGroup;
  #shares: readonly Share[] = [];
  #stopped = false;
  #pausing = false;
  #underWay: Promise<void> | null = null;
  #failures = 0;
  /** Which share the next batch begins with, so that none is always last. */
  #turn = 0;

  constructor(group: MemoryGroup, subscription: GroupSubscription) {
    this.#group = group;
    this.subscription = subscription;
  }

  takeShares(): void {
    this.#shares = this.#group.sharesOf(this);
  }

  wake(): void {
    if (this.#underWay !== null || this.#pausing || this.#stopped) return;
    const batch = this.#nextBatch();
    if (batch.records.length > 0) this.#underWay = this.#work(batch);
  }

  async stop(): Promise<void> {
    if (!this.#stopped) {
      this.#stopped = true;
      this.#group.leave(this);
    }
    await this.#underWay;
  }

  #nextBatch(): Batch {
    const records: LogRecord[] = [];
    const taken: TakenShare[] = [];
    this.#turn += 1;
    for (let n = 0; n < this.#shares.length; n += 1) {
      const share = this.#shares[(this.#turn + n) % this.#shares.length];
      const room = this.subscription.maxBatch - records.length;
      if (share === undefined || share.busy || share.committed >= share.partition.next || room <= 0) continue;
      const part = share.partition.read(share.committed, room);
      for (const record of part) records.push(record);
      taken.push({ share, count: part.length });
    }
    return { records, taken };
  }

  /** Batch after batch, until nothing is left or one fails. */
  async #work(first: Batch): Promise<void> {
    for (
      let batch = first;
      batch.records.length > 0;
      batch = this.#stopped ? emptyBatch : this.#nextBatch()
    ) {
      if (!(await this.#handle(batch))) break;
    }
    this.#underWay = null;
    // What came in between the last look and this line, and partitions that another member waits for.
    this.#group.wake();
  }

  async #handle({ records, taken }: Batch): Promise<boolean> {
    for (const { share } of taken) share.busy = true;
    try {
      await this.subscription.handle(records);
      for (const { share, count } of taken) share.committed += count;
      this.#failures = 0;
      return true;
    } catch (error) {
      this.#pause(error, records.length);
      return false;
    } finally {
      for (const { share } of taken) {
        share.busy = false;
        this.#group.surroundings.onCommitted(share.partition);
      }
    }
  }

  #pause(error: unknown, records: number): void {
    const { firstRetryMs, maxRetryMs, after, onFailure } = this.#group.surroundings;
    const retryInMs = Math.min(firstRetryMs * 2 ** this.#failures, maxRetryMs);
    this.#failures += 1;
    this.#pausing = true;
    onFailure({ group: this.#group.name, error, records, retryInMs });
    after(retryInMs, () => {
      this.#pausing = false;
      this.wake();
    });
  }
}

interface TakenShare {
  readonly share: Share;
  readonly count: number;
}

interface Batch {
  readonly records: readonly LogRecord[];
  readonly taken: readonly TakenShare[];
}

const emptyBatch: Batch = { records: [], taken: [] };
