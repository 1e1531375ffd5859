/**
 * Appends to Kafka, one send at a time: with a second one under way, a broker's restart can reorder the records of
 * one key and lose some that were acknowledged. What comes meanwhile waits and is the next send.
 */
import { Producer, ProduceAcks } from "@platformatic/kafka";
import { clientOptions, type KafkaAddress } from "./kafka-connection.ts";

/** A record as it travels. */
export interface RawRecord {
  /** With the prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer;
  readonly value: Buffer;
}

export interface ProducerLimits {
  /** So long an append may take; after that its records may or may not be there. */
  readonly appendMs: number;
  /** Of one send, unless a single append is larger. */
  readonly batchBytes: number;
  /** Of everything that waits: beyond it appends are refused at once. */
  readonly waitingBytes: number;
}

export const defaultProducerLimits: ProducerLimits = {
  appendMs: 10_000,
  batchBytes: 256 * 1024,
  waitingBytes: 32 * 1024 * 1024,
};

interface Append {
  readonly records: readonly RawRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Beside key and value. */
const recordBytes = 70;

export class KafkaProducer {
  readonly #producer: Producer;
  readonly #limits: ProducerLimits;
  #waiting: Append[] = [];
  #waitingBytes = 0;
  #sending: Promise<void> | null = null;
  #isClosed = false;

  constructor(address: KafkaAddress, limits: ProducerLimits = defaultProducerLimits) {
    this.#limits = limits;
    this.#producer = new Producer({
      ...clientOptions(address, "patiently"),
      idempotent: true,
      acks: ProduceAcks.ALL,
    });
  }

  append(records: readonly RawRecord[]): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error("The log is closed."));
    if (records.length === 0) return Promise.resolve();
    const bytes = records.reduce((sum, { key, value }) => sum + key.length + value.length + recordBytes, 0);
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.#limits.waitingBytes) {
      return Promise.reject(new Error("Kafka is behind: too much waits to be appended already."));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => this.#giveUp(append), this.#limits.appendMs);
    const append: Append = { records, bytes, resolve, reject, timer };
    this.#waiting.push(append);
    this.#waitingBytes += bytes;
    this.#sending ??= this.#sendAll();
    return promise;
  }

  /** Sends what waits, as far as that is possible within the time that an append has. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#limits.appendMs);
    await Promise.race([this.#sending, tooLate]);
    clearTimeout(timer);
    for (const append of this.#take(Number.POSITIVE_INFINITY)) {
      clearTimeout(append.timer);
      append.reject(new Error("The log is closed."));
    }
    await this.#producer.close();
  }

  async #sendAll(): Promise<void> {
    // In the next microtask: what is appended in the same turn is one send.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#take(this.#limits.batchBytes);
      const failure = await this.#send(batch.flatMap(({ records }) => records));
      for (const { timer, resolve, reject } of batch) {
        clearTimeout(timer);
        if (failure === null) resolve();
        else reject(failure);
      }
    }
    // In the same turn as the last look: nobody can have been added in between.
    this.#sending = null;
  }

  async #send(messages: RawRecord[]): Promise<Error | null> {
    try {
      await this.#producer.send({ messages });
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** The oldest appends, as many as fit. */
  #take(maxBytes: number): readonly Append[] {
    let bytes = 0;
    let count = 0;
    for (const append of this.#waiting) {
      if (count > 0 && bytes + append.bytes > maxBytes) break;
      bytes += append.bytes;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  /** One that still waits is taken out; one that is under way goes on, and keeps its place before the next. */
  #giveUp(append: Append): void {
    const index = this.#waiting.indexOf(append);
    if (index >= 0) {
      this.#waiting.splice(index, 1);
      this.#waitingBytes -= append.bytes;
    }
    append.reject(new Error(`Kafka did not take the records within ${this.#limits.appendMs / 1000} s.`));
  }
}
