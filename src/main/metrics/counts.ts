/**
 * What is counted on hot paths: an addition to a number that is there already. prom-client, which reads them when it
 * is asked, needs an object and a text for each of its own additions (docs/decisions/031-metrics.md has the figures).
 */

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Of the parts of a histogram: `…_bucket`, `…_sum`, `…_count`. */
  readonly metricName?: string;
}

interface Cell {
  value: number;
}

/** More than any list of types or codes of ours: what else comes is counted together. */
const mostKeys = 500;
const otherKey = "other";

/** One number for each of a bounded set of keys. */
export class Counts {
  readonly #cells = new Map<string, Cell>();

  /** @param keys said as 0 from the start, so that the first addition is seen as a change */
  constructor(keys: Iterable<string> = []) {
    for (const key of keys) this.#cells.set(key, { value: 0 });
  }

  add(key: string, count = 1): void {
    const cell = this.#cells.get(key);
    if (cell === undefined) this.#addNew(key, count);
    else cell.value += count;
  }

  samples(label: string, others: Readonly<Record<string, string>> = {}): readonly Sample[] {
    return [...this.#cells].map(([key, { value }]) => ({ labels: { ...others, [label]: key }, value }));
  }

  #addNew(key: string, count: number): void {
    if (this.#cells.size < mostKeys) this.#cells.set(key, { value: count });
    else if (key !== otherKey) this.add(otherKey, count);
  }
}

/** Counts by two keys, the second of which is known only later. */
export class CountsByPair {
  readonly #rows = new Map<string, Counts>();

  row(key: string): Counts {
    let row = this.#rows.get(key);
    if (row !== undefined) return row;
    if (this.#rows.size >= mostKeys && key !== otherKey) return this.row(otherKey);
    row = new Counts();
    this.#rows.set(key, row);
    return row;
  }

  samples(first: string, second: string): readonly Sample[] {
    return [...this.#rows].flatMap(([key, row]) => row.samples(second, { [first]: key }));
  }
}

/** Seconds: from half a millisecond to what nobody waits for. */
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export class Histogram {
  /** How many fell under each bound and over the one before; the last is for those over all of them. */
  readonly #counts = new Float64Array(bounds.length + 1);
  #sum = 0;

  get count(): number {
    return this.#counts.reduce((sum, each) => sum + each, 0);
  }

  observe(seconds: number): void {
    let index = 0;
    while (index < bounds.length && seconds > (bounds[index] ?? 0)) index += 1;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += seconds;
  }

  samples(name: string, labels: Readonly<Record<string, string>>): readonly Sample[] {
    let count = 0;
    const buckets = [...bounds, "+Inf"].map((bound, index) => {
      count += this.#counts[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { ...labels, le: String(bound) }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}

/** A histogram for each of a bounded set of keys. */
export class Histograms {
  readonly #histograms = new Map<string, Histogram>();

  constructor(keys: Iterable<string> = []) {
    for (const key of keys) this.of(key);
  }

  of(key: string): Histogram {
    let histogram = this.#histograms.get(key);
    if (histogram === undefined) {
      histogram = new Histogram();
      this.#histograms.set(key, histogram);
    }
    return histogram;
  }

  samples(name: string, label: string): readonly Sample[] {
    return [...this.#histograms].flatMap(([key, histogram]) => histogram.samples(name, { [label]: key }));
  }
}
