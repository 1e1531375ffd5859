/** What an operator is given to watch with asks only for what there is. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { join } from "node:path";
import { promtoolPath } from "./promtool.ts";
import { scrape, type Scrape } from "./scrape.ts";
import { freePort } from "../free-port.ts";
import { startPlatform, type Platform } from "../platform.ts";
import { metrics } from "../../src/main/metrics/declarations.ts";
import { runProgram } from "../../tools/program.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const folder = join(import.meta.dir, "../../deploy");
const rulesFile = join(folder, "prometheus/alerts.yml");
const rules = (
  Bun.YAML.parse(await Bun.file(rulesFile).text()) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(await Bun.file(join(folder, "grafana/blazing-sun.json")).text()) as {
  panels: { id: number; title: string; description?: string; targets?: { expr: string }[] }[];
};
const graphs = dashboard.panels.filter(({ targets }) => targets !== undefined);
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...graphs.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
];

/** What Prometheus and Grafana add to what a program says. */
const ofPrometheus = new Set(["up"]);
const labelsOfPrometheus = new Set(["job", "instance", "le"]);

let platform: Platform;
let answer: Scrape;

beforeAll(async () => {
  const port = freePort();
  platform = await startPlatform({ METRICS_PORT: String(port) });
  answer = await scrape(port);
}, 30_000);

afterAll(() => platform.cleanUp());

/** Names and what stands in the braces behind them. */
function selectorsIn(expression: string): readonly { name: string; labels: readonly string[] }[] {
  return [...expression.matchAll(/\b((?:blazing_sun|process|nodejs)_\w+|up)\b(?:\{([^}]*)\})?/g)].map(
    ([, name = "", braces = ""]) => ({
      name,
      labels: [...braces.matchAll(/(\w+)(?:=~|!~|!=|=)/g)].map(([, label = ""]) => label),
    }),
  );
}

/** The metric that a part of a histogram is of. */
function metricOf(name: string): string {
  const whole = name.replace(/_(bucket|sum|count)$/, "");
  return answer.types.get(whole) === "histogram" ? whole : name;
}

describe("rules and dashboard", () => {
  it("ask only for metrics that there are, by labels that these have", () => {
    // An embedded program has no engines; tests/cluster/metrics.test.ts sees theirs.
    const declared = new Map(Object.values(metrics).map(({ name, labels }) => [name as string, labels]));
    const ofEngines = Object.values(metrics).filter(({ of }) => of === "engines");
    const there = new Set<string>([
      ...answer.types.keys(),
      ...ofEngines.map(({ name }) => name),
      ...ofPrometheus,
    ]);
    for (const expression of expressions) {
      const selectors = selectorsIn(expression);
      expect([expression, selectors.length]).not.toEqual([expression, 0]);
      for (const { name, labels } of selectors) {
        const metric = metricOf(name);
        expect([expression, metric, there.has(metric)]).toEqual([expression, metric, true]);
        const own: readonly string[] = declared.get(metric) ?? [];
        const strange = labels.filter((label) => !own.includes(label) && !labelsOfPrometheus.has(label));
        expect([expression, strange]).toEqual([expression, []]);
      }
    }
  });

  it("show every metric of ours on the dashboard", () => {
    const shown = new Set(
      graphs
        .flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => selectorsIn(expr)))
        .map(({ name }) => metricOf(name)),
    );
    expect(Object.values(metrics).filter(({ name }) => !shown.has(name))).toEqual([]);
  });

  it("say of each panel what it shows, and number each panel once", () => {
    expect(graphs.filter(({ description }) => description === undefined)).toEqual([]);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it("say of each alert what is wrong and what to do", () => {
    for (const { alert, annotations } of rules) {
      expect([alert, Object.keys(annotations).toSorted()]).toEqual([alert, ["action", "summary"]]);
      for (const text of Object.values(annotations)) expect(text).toEndWith(".");
    }
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  const promtool = promtoolPath();
  it.skipIf(promtool === null)("are rules to Prometheus' own check", async () => {
    const end = await runProgram([promtool ?? "", "check", "rules", rulesFile], {
      output: "capture",
      timeLimitMs: 20_000,
    });
    expect(end.output).toContain(`${rules.length} rules found`);
    expect(end.succeeded).toBe(true);
  });
});
