/** What is counted of requests over HTTP. */
import { Histogram } from "./counts.ts";
import { metrics } from "./declarations.ts";
import type { Exposition } from "./exposition.ts";
import type { HttpObserver } from "../../web/index.ts";

const statusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;
/** Of one route and method: all classes, in their order. */
type Row = readonly { readonly status: (typeof statusClasses)[number]; readonly seconds: Histogram }[];

/** Those that a route of ours has, or that browsers send by themselves; what else comes is counted together. */
const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]);
const noRoute = "none";

export class HttpMetrics implements HttpObserver {
  /** By route, which comes out of the code, and by method. */
  readonly #rows = new Map<string, Map<string, Row>>();

  served(route: string | null, method: string, status: number, begunAt: number): void {
    const row = this.#row(route ?? noRoute, knownMethods.has(method) ? method : "other");
    row[Math.floor(status / 100) - 1]?.seconds.observe((performance.now() - begunAt) / 1000);
  }

  expose({ add }: Exposition): void {
    add(metrics.httpRequests, () =>
      this.#all().map(({ labels, seconds }) => ({ labels, value: seconds.count })),
    );
    add(metrics.httpSeconds, ({ name }) =>
      this.#all().flatMap(({ labels, seconds }) =>
        seconds.count === 0 ? [] : seconds.samples(name, labels),
      ),
    );
  }

  #row(route: string, method: string): Row {
    let rows = this.#rows.get(route);
    if (rows === undefined) this.#rows.set(route, (rows = new Map<string, Row>()));
    let row = rows.get(method);
    // All classes at once, so that the first failure of a route that was asked for before is seen as a change.
    if (row === undefined)
      rows.set(method, (row = statusClasses.map((status) => ({ status, seconds: new Histogram() }))));
    return row;
  }

  #all() {
    return [...this.#rows].flatMap(([route, rows]) =>
      [...rows].flatMap(([method, row]) =>
        row.map(({ status, seconds }) => ({ labels: { route, method, status }, seconds })),
      ),
    );
  }
}
