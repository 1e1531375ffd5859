/** The tables of docs/monitoring.md; what stands between them is written by hand. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { table } from "./markdown.ts";
import { root } from "../repository.ts";
import { metrics, processMetrics, type MetricDeclaration } from "../../src/main/metrics/declarations.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly action: string };
}

const places: Readonly<Record<MetricDeclaration["of"], string>> = {
  all: "all",
  gateway: "embedded, ws-gateway",
  services: "embedded, blazing-sun",
  engines: "ws-gateway, blazing-sun",
};

export function monitoringPage(): string {
  const page = readFileSync(join(root, "docs/monitoring.md"), "utf8");
  return between(between(page, "metrics", metricTables()), "alerts", alertTable());
}

function metricTables(): string {
  const ours = Object.values(metrics).map(({ name, kind, help, labels, of }) => [
    `\`${name}\``,
    kind,
    labels.map((label) => `\`${label}\``).join(", "),
    places[of],
    help,
  ]);
  const ofProcess = Object.entries(processMetrics).map(([name, help]) => [`\`${name}\``, help]);
  return [
    table(["Metric", "Kind", "Labels", "Programs", "Meaning"], ours),
    "Of each process, by prom-client (those of its metrics that mean something on Bun):",
    table(["Metric", "Meaning"], ofProcess),
  ].join("\n\n");
}

function alertTable(): string {
  const text = readFileSync(join(root, "deploy/prometheus/alerts.yml"), "utf8");
  const { groups } = Bun.YAML.parse(text) as { groups: { rules: Rule[] }[] }; // a test holds it to this
  const rows = groups
    .flatMap(({ rules }) => rules)
    .map(({ alert, annotations: { summary, action } }) => [
      `\`${alert}\``,
      summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "_$1_"),
      action,
    ]);
  return table(["Alert", "What is wrong", "What to do"], rows);
}

function between(page: string, mark: string, text: string): string {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/monitoring.md has no ${begin} … ${end}.`);
  return `${before}${begin}\n\n${text}\n\n${end}${after}`;
}
