/** The tables of docs/performance.md, and a plot of each: both axes grow by factors, so that a straight line is one. */
import { join } from "node:path";

export interface Point {
  /** How many there are. */
  readonly count: number;
  /** What one costs. */
  readonly cost: number;
}

export interface Series {
  readonly name: string;
  /** What is counted. */
  readonly of: string;
  readonly unit: string;
  readonly points: readonly Point[];
}

const page = join(import.meta.dir, "../docs/performance.md");
const plots = join(import.meta.dir, "../docs/performance.svg");
const [begin, end] = ["<!-- growth -->", "<!-- /growth -->"];

export async function writeGrowth(all: readonly Series[], machine: string): Promise<void> {
  const text = await Bun.file(page).text();
  const [before = "", rest = ""] = text.split(begin);
  const [, after = ""] = rest.split(end);
  const date = new Date().toISOString().slice(0, 10);
  const tables = all.map(tableOf).join("\n\n");
  await Bun.write(
    page,
    `${before}${begin}\n\nOf ${date}, ${machine}.\n\n${tables}\n\n![The same as lines](performance.svg)\n\n${end}${after}`,
  );
  await Bun.write(plots, plotOf(all));
}

function tableOf({ name, of, unit, points }: Series): string {
  const rows = points.map(({ count, cost }) => `| ${count.toLocaleString("en")} | ${rounded(cost, 3)} |`);
  return [`**${name}**`, "", `| ${of} | ${unit} |`, "| ---: | ---: |", ...rows].join("\n");
}

const [width, height, perRow] = [300, 190, 3];
const inset = { left: 46, right: 14, top: 34, bottom: 34 };

function plotOf(all: readonly Series[]): string {
  const rows = Math.ceil(all.length / perRow);
  const panels = all.map((series, n) => {
    const [x, y] = [(n % perRow) * width, Math.floor(n / perRow) * height];
    return `<g transform="translate(${x} ${y})">${panelOf(series)}</g>`;
  });
  const size = `width="${width * perRow}" height="${height * rows}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="10">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join("\n")}
</svg>
`;
}

function panelOf({ name, of, unit, points }: Series): string {
  const counts = points.map(({ count }) => Math.log10(count));
  const costs = points.map(({ cost }) => Math.log10(cost));
  // At least two decades, so that noise does not look like growth.
  const middle = (Math.min(...costs) + Math.max(...costs)) / 2;
  const span = Math.max(2, Math.max(...costs) - Math.min(...costs)) / 2 + 0.1;
  const across = scale(
    Math.min(...counts),
    Math.max(...counts) + Number.EPSILON,
    inset.left,
    width - inset.right,
  );
  const up = scale(middle - span, middle + span, height - inset.bottom, inset.top);
  const dots = points.map(({ count, cost }) => [across(Math.log10(count)), up(Math.log10(cost))] as const);
  const line = dots.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const marks = points.map(({ cost }, n) => {
    const [x = 0, y = 0] = dots[n] ?? [];
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="3" fill="#d97706"/>
<text x="${x.toFixed(1)}" y="${(y - 7).toFixed(1)}" text-anchor="middle">${rounded(cost, 2)}</text>`;
  });
  const ticks = points.map(({ count }, n) => {
    const [x = 0] = dots[n] ?? [];
    return `<text x="${x.toFixed(1)}" y="${height - inset.bottom + 13}" text-anchor="middle" fill="#555">${short(count)}</text>`;
  });
  return `<text x="8" y="16" font-weight="bold">${name}</text>
<path d="M${inset.left - 10} ${inset.top}V${height - inset.bottom}H${width - 6}" fill="none" stroke="#999"/>
<text x="8" y="${inset.top + 4}" fill="#555">${unit}</text>
<text x="${width - 6}" y="${height - 6}" text-anchor="end" fill="#555">${of}</text>
<polyline points="${line}" fill="none" stroke="#1e3a8a" stroke-width="1.5"/>
${marks.join("\n")}
${ticks.join("\n")}`;
}

function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

function short(count: number): string {
  if (count >= 1e6) return `${count / 1e6} M`;
  return count >= 1e3 ? `${count / 1e3} k` : String(count);
}

function rounded(value: number, digits: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: digits });
}
