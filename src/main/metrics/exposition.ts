/** What stands behind /metrics: our own numbers and prom-client's of the process, in Prometheus' text form. */
import { collectDefaultMetrics, Registry, type Metric } from "prom-client";
import type { Sample } from "./counts.ts";
import { processMetrics, type MetricDeclaration } from "./declarations.ts";

export type Read = (declaration: MetricDeclaration) => readonly Sample[] | Promise<readonly Sample[]>;

export class Exposition {
  readonly #registry = new Registry();
  readonly #onFailure: (error: unknown, metric: string) => void;

  /** @param onFailure a metric that cannot be read is left out of an answer */
  constructor(onFailure: (error: unknown, metric: string) => void) {
    this.#onFailure = onFailure;
    collectDefaultMetrics({ register: this.#registry });
    for (const { name } of this.#registry.getMetricsAsArray() as unknown as readonly { name: string }[])
      if (!(name in processMetrics)) this.#registry.removeSingleMetric(name);
  }

  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  /** @param read asked at each scrape */
  readonly add = (declaration: MetricDeclaration, read: Read): void => {
    const { name, kind: type, help } = declaration;
    const get = async () => ({
      name,
      type,
      help,
      aggregator: "sum",
      values: await this.#read(declaration, read),
    });
    // What a registry asks of a metric; its own classes would keep the numbers themselves.
    this.#registry.registerMetric({ name, get } as unknown as Metric);
  };

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  async #read(declaration: MetricDeclaration, read: Read): Promise<readonly Sample[]> {
    try {
      return await read(declaration);
    } catch (error) {
      this.#onFailure(error, declaration.name);
      return [];
    }
  }
}
