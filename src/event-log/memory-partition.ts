/** The records of one partition of the log in memory: contiguous offsets, old ones dropped from the front. */
import type { LogRecord } from "./port.ts";
import type { Envelope, Topic } from "../protocol/index.ts";

/** So many empty places are kept in front before the array is cut: cutting costs as much as what stays. */
const slack = 1024;

export class MemoryPartition {
  readonly topic: Topic;
  readonly partition: number;
  /** Empty where a record was dropped: held a little longer, it would be one more for the collector to carry along. */
  #records: (LogRecord | undefined)[] = [];
  /** How many places in front are empty. */
  #dropped = 0;
  #first = 0;
  /** Everything before this offset was handled by everybody who reads. */
  #needed = 0;

  constructor(topic: Topic, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  /** The offset of the oldest record that is kept. */
  get first(): number {
    return this.#first;
  }

  /** The offset that the next record will have. */
  get next(): number {
    return this.#first + this.size;
  }

  get size(): number {
    return this.#records.length - this.#dropped;
  }

  /** How many records somebody has yet to handle. */
  get unhandled(): number {
    return this.next - Math.max(this.#needed, this.#first);
  }

  handledUpTo(offset: number): void {
    this.#needed = offset;
  }

  append(key: string, value: Envelope, appendedAt: number): void {
    const { topic, partition, next: offset } = this;
    this.#records.push({ topic, partition, offset, key, value, appendedAt });
  }

  at(offset: number): LogRecord | undefined {
    return this.#records[this.#dropped + offset - this.#first];
  }

  /** At most `count` records from `offset` on, which is not before the first. */
  read(offset: number, count: number): readonly LogRecord[] {
    const from = this.#dropped + offset - this.#first;
    return this.#records.slice(from, from + count) as LogRecord[]; // none of those that are kept is empty
  }

  /** The offset of the first record that is not older than `since`; the next one's where all are. */
  offsetAt(since: number): number {
    let low = this.first;
    let high = this.next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.at(middle)?.appendedAt ?? 0) < since) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Drops records from the front while `mayGo` says so. */
  dropWhile(mayGo: (record: LogRecord) => boolean): void {
    for (
      let record = this.at(this.#first);
      record !== undefined && mayGo(record);
      record = this.at(this.#first)
    ) {
      this.#records[this.#dropped] = undefined;
      this.#first += 1;
      this.#dropped += 1;
    }
    if (this.#dropped > slack && this.#dropped * 2 > this.#records.length) {
      this.#records = this.#records.slice(this.#dropped);
      this.#dropped = 0;
    }
  }
}
