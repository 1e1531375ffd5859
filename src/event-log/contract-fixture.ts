/**
 * A log under test, for the contract suites. Topics are fixed and may hold records of earlier tests, so each test
 * looks only at records of its own run, in groups of its own, and waits for what it expects to happen, never for time
 * to pass.
 */
import { expect } from "bun:test";
import type { EventLog, LogRecord, NewRecord, Subscription } from "./port.ts";
import { systemActor, type CommandTopic, type EventTopic } from "../protocol/index.ts";

/** Of one test, in milliseconds: a real broker may have to start groups first. */
export const patience = 60_000;
export const commands: CommandTopic = "games.commands";
export const events: EventTopic = "games.events";

export class LogUnderTest {
  readonly log: EventLog;
  readonly run = crypto.randomUUID();
  readonly #subscriptions: Subscription[] = [];

  constructor(log: EventLog) {
    this.log = log;
  }

  record(key: string, n: number, topic: CommandTopic | EventTopic = commands): NewRecord {
    return {
      topic,
      key: `${this.run}:${key}`,
      value: {
        kind: "event",
        eventId: crypto.randomUUID(),
        eventType: "test.event",
        timestamp: "2026-01-01T00:00:00.000Z",
        producer: "games",
        actor: systemActor,
        payload: { run: this.run, key, n },
      },
    };
  }

  series(key: string, count: number): readonly NewRecord[] {
    return Array.from({ length: count }, (_, n) => this.record(key, n));
  }

  async consume(
    group: string,
    handle: (batch: readonly LogRecord[]) => Promise<void>,
    maxBatch = 100,
  ): Promise<Subscription> {
    const subscription = await this.log.consume({
      group: `${this.run}:${group}`,
      topics: [commands],
      maxBatch,
      handle: (batch) => handle(batch.filter((each) => each.key.startsWith(this.run))),
    });
    this.#subscriptions.push(subscription);
    return subscription;
  }

  /** A member that only notes what it gets. */
  async observe(group: string, maxBatch?: number): Promise<Notes> {
    const notes = new Notes();
    await this.consume(group, (batch) => Promise.resolve(notes.add(batch)), maxBatch);
    return notes;
  }

  async follow(since: number, onRecord: (record: LogRecord) => void): Promise<Subscription> {
    const subscription = await this.log.follow({
      topics: [events],
      since,
      onRecord: (each) => {
        if (each.key.startsWith(this.run)) onRecord(each);
      },
    });
    this.#subscriptions.push(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all(this.#subscriptions.splice(0).map((subscription) => subscription.stop()));
    await this.log.close();
  }
}

/** What a reader has got, and a way to wait for more. */
export class Notes {
  readonly records: LogRecord[] = [];
  calls = 0;
  #waiting: (() => void)[] = [];

  add(batch: readonly LogRecord[]): void {
    this.calls += 1;
    this.records.push(...batch);
    for (const look of this.#waiting.splice(0)) look();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The numbers of a key, in the order in which they came, repetitions included. */
  of(key: string): readonly number[] {
    return this.#ofKey(key).map(numberOf);
  }

  /** Without repetitions: a log may give a record twice. */
  firstsOf(key: string): readonly number[] {
    return this.firstRecordsOf(key).map(numberOf);
  }

  firstRecordsOf(key: string): readonly LogRecord[] {
    const seen = new Set<number>();
    return this.#ofKey(key).filter(({ offset }) => !seen.has(offset) && seen.add(offset));
  }

  #ofKey(key: string): readonly LogRecord[] {
    return this.records.filter((each) => each.key.endsWith(`:${key}`));
  }
}

function numberOf({ value }: LogRecord): number {
  return (value.payload as { n: number }).n; // made by `record` above
}

export function expectRising(numbers: readonly number[]): void {
  for (const [index, each] of numbers.entries()) {
    if (index > 0) expect(each).toBeGreaterThan(numbers[index - 1] ?? each);
  }
}

/** Lets everything that is ready run once. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
