/** How far each reader of the log is behind, as the programs' own metrics say it, while something goes on. */
import type { Cluster, Member } from "../tests/cluster/cluster.ts";

export interface Lag {
  /** `gateway 1`, or the name of a group. */
  readonly reader: string;
  /** Records that it has not handled: what was seen at each look. */
  readonly records: readonly number[];
  /** Of its topics, a second. */
  readonly rate: number;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const everyMs = 250;

/** @param cluster started with its metrics */
export function watchLag(cluster: Cluster): { stop(): Promise<readonly Lag[]> } {
  const records = new Map<string, number[]>();
  const topicsOf = new Map<string, Set<string>>();
  const note = (seen: Map<string, number>, reader: string, { labels, value }: Sample) => {
    seen.set(reader, (seen.get(reader) ?? 0) + value);
    const topics = topicsOf.get(reader) ?? new Set();
    topicsOf.set(reader, topics.add(labels["topic"] ?? ""));
  };

  async function look(): Promise<void> {
    const seen = new Map<string, number>();
    const ofGateways = cluster.gateways.map(async (gateway, index) => {
      for (const sample of await lagsOf(gateway)) note(seen, `gateway ${index + 1}`, sample);
    });
    // Each platform says it of the partitions that it has: together they are the group.
    const ofPlatforms = cluster.platforms.map(async (platform) => {
      for (const sample of await lagsOf(platform)) {
        const reader = sample.labels["reader"] ?? "";
        if (reader !== "follower") note(seen, `group ${reader}`, sample);
      }
    });
    await Promise.all([...ofGateways, ...ofPlatforms]);
    for (const [reader, count] of seen) records.set(reader, [...(records.get(reader) ?? []), count]);
  }

  const start = performance.now();
  const before = appendedBy(cluster);
  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look().finally(() => (looking = null));
  }, everyMs);

  return {
    async stop() {
      clearInterval(timer);
      await looking;
      const [appendedBefore, appendedAfter] = [await before, await appendedBy(cluster)];
      const seconds = (performance.now() - start) / 1000;
      const readers = [...records.keys()].toSorted((a, b) => a.localeCompare(b));
      return readers.map((reader): Lag => {
        const appended = [...(topicsOf.get(reader) ?? [])].reduce(
          (sum, topic) => sum + (appendedAfter.get(topic) ?? 0) - (appendedBefore.get(topic) ?? 0),
          0,
        );
        return { reader, records: records.get(reader) ?? [], rate: appended / seconds };
      });
    },
  };
}

/** Little's law: who has so many of so many a second before her is that long behind. */
export function describeLag({ reader, records, rate }: Lag): string {
  const mean = records.reduce((sum, count) => sum + count, 0) / records.length;
  const most = Math.max(...records);
  const ms = (count: number) => (rate === 0 ? 0 : (1000 * count) / rate).toFixed(1);
  return (
    `${reader} behind by ${mean.toFixed(1)} records in the mean, ${most} at most, of ${rate.toFixed(0)} a second: ` +
    `${ms(mean)} and ${ms(most)} ms`
  );
}

async function lagsOf(member: Member): Promise<readonly Sample[]> {
  return samplesOf(await metricsOf(member), "blazing_sun_log_lag_records");
}

/** By topic, of all programs. */
async function appendedBy({ gateways, platforms }: Cluster): Promise<ReadonlyMap<string, number>> {
  const appended = new Map<string, number>();
  for (const text of await Promise.all([...gateways, ...platforms].map(metricsOf))) {
    for (const { labels, value } of samplesOf(text, "blazing_sun_log_appended_records_total")) {
      const topic = labels["topic"] ?? "";
      appended.set(topic, (appended.get(topic) ?? 0) + value);
    }
  }
  return appended;
}

export async function metricsOf({ metricsPort }: Pick<Member, "metricsPort">): Promise<string> {
  return (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
}

export function samplesOf(text: string, metric: string): readonly Sample[] {
  return text.split("\n").flatMap((line) => {
    const [, name, inside = "", value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    if (name !== metric) return [];
    const labels = [...inside.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = "", text_ = ""]) => [
      label,
      text_,
    ]);
    return [{ labels: Object.fromEntries(labels) as Record<string, string>, value: Number(value) }];
  });
}
