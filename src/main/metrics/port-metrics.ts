/** What is counted of the log, the stores and the games. */
import { Counts, CountsByPair, Histograms } from "./counts.ts";
import { metrics } from "./declarations.ts";
import type { Exposition } from "./exposition.ts";
import type { EventLog, LogRecord, NewRecord, ReaderLag } from "../../event-log/port.ts";
import type { GamesObserver } from "../../games/index.ts";
import type { RoomStore, Unit, UnitResult } from "../../games/store/port.ts";
import { topicNames, type CommandEnvelope, type CommandId, type ErrorCode } from "../../protocol/index.ts";
import type { PortObserver, StoreName } from "../observation/observer.ts";

/** An engine that does not answer must not hold up what is known without it. */
const questionMs = 2_000;

export class PortMetrics implements PortObserver, GamesObserver {
  readonly #appended = new Counts(topicNames);
  readonly #appendFailures = new Counts();
  readonly #appendSeconds = new Histograms();
  readonly #handled = new Counts();
  readonly #batchFailures = new Counts();
  readonly #batchSeconds = new Histograms();
  readonly #decisions = new CountsByPair();
  readonly #units = new Counts(["saved", "conflict", "claimed"]);
  readonly #commitSeconds = new Histograms(["rooms", "lobby_chat", "private_chat"]);
  readonly #commitFailures = new Counts(["rooms", "lobby_chat", "private_chat"]);
  readonly #gamesOver = new CountsByPair();
  /** By the type of the event that says so. */
  readonly #gamesOverOf: ReadonlyMap<string, Counts>;

  /** @param games their slugs */
  constructor(games: readonly string[]) {
    const rows = games.map((slug) => [`games.event.${slug}.game_over`, this.#gamesOver.row(slug)] as const);
    this.#gamesOverOf = new Map(rows);
    for (const [, row] of rows) for (const reason of gameOverReasons) row.add(reason, 0);
  }

  appended(records: readonly NewRecord[], begunAt: number, wasTaken: boolean): void {
    const topic = records[0]?.topic;
    if (topic === undefined) return;
    this.#appendSeconds.of(topic).observe(secondsSince(begunAt));
    if (!wasTaken) return this.#appendFailures.add(topic);
    for (const record of records) {
      this.#appended.add(record.topic);
      const over = this.#gamesOverOf.get(record.value.eventType);
      if (over !== undefined) over.add((record.value.payload as { reason: string }).reason); // as it is declared
    }
  }

  handled(reader: string, batch: readonly LogRecord[], begunAt: number, wasHandled: boolean): void {
    this.#batchSeconds.of(reader).observe(secondsSince(begunAt));
    if (wasHandled) this.#handled.add(reader, batch.length);
    this.#batchFailures.add(reader, wasHandled ? 0 : 1);
  }

  decided({ eventType }: CommandEnvelope, _begunAt: number, refusal: ErrorCode | null): void {
    this.#decisions.row(eventType).add(refusal ?? "ok");
  }

  roomsCommitted(_units: readonly Unit[], results: readonly UnitResult[] | null, begunAt: number): void {
    this.#commitSeconds.of("rooms").observe(secondsSince(begunAt));
    if (results === null) return this.#commitFailures.add("rooms");
    for (const { kind } of results) this.#units.add(kind);
  }

  chatStored(store: StoreName, _ids: readonly CommandId[], wasStored: boolean, begunAt: number): void {
    this.#commitSeconds.of(store).observe(secondsSince(begunAt));
    if (!wasStored) this.#commitFailures.add(store);
  }

  exposeLog({ add }: Exposition, log: Pick<EventLog, "lag">): void {
    add(metrics.appended, () => this.#appended.samples("topic"));
    add(metrics.appendFailures, () => this.#appendFailures.samples("topic"));
    add(metrics.appendSeconds, ({ name }) => this.#appendSeconds.samples(name, "topic"));
    add(metrics.lag, async () => lagSamples(await inTime(log.lag())));
  }

  exposeServices({ add }: Exposition, rooms: Pick<RoomStore, "countOpen">): void {
    add(metrics.handled, () => this.#handled.samples("reader"));
    add(metrics.batchFailures, () => this.#batchFailures.samples("reader"));
    add(metrics.batchSeconds, ({ name }) => this.#batchSeconds.samples(name, "reader"));
    add(metrics.decisions, () => this.#decisions.samples("type", "outcome"));
    add(metrics.units, () => this.#units.samples("result"));
    add(metrics.commitSeconds, ({ name }) => this.#commitSeconds.samples(name, "store"));
    add(metrics.commitFailures, () => this.#commitFailures.samples("store"));
    add(metrics.gamesOver, () => this.#gamesOver.samples("game", "reason"));
    add(metrics.rooms, async () => {
      const { waiting, playing } = await inTime(rooms.countOpen());
      return [
        { labels: { state: "waiting" }, value: waiting },
        { labels: { state: "playing" }, value: playing },
      ];
    });
  }
}

const gameOverReasons = ["score", "forfeit", "left", "idle", "abandoned"] as const;

function secondsSince(begunAt: number): number {
  return (performance.now() - begunAt) / 1000;
}

/** All partitions of a topic together. */
function lagSamples(lags: readonly ReaderLag[]) {
  const sums = new CountsByPair();
  for (const { reader, topic, records } of lags) sums.row(reader).add(topic, records);
  return sums.samples("reader", "topic");
}

async function inTime<Answer>(question: Promise<Answer>): Promise<Answer> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${questionMs / 1000} s`)), questionMs);
  try {
    return await Promise.race([question, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
