/** Every variable of the configuration, as a table of docs/deployment.md. */
import { escapeCell } from "./fields.ts";
import { programs } from "../../src/main/programs.ts";
import { settings, type Setting } from "../../src/main/settings.ts";

const begin = "<!-- settings: written by `npm run docs` from src/main/settings.ts and programs.ts -->";
const end = "<!-- /settings -->";

/** The document with the table of now between its two marks. */
export function withSettingsTable(document: string): string {
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/deployment.md needs ${begin} and ${end}.`);
  return `${before}${begin}\n\n${settingsTable()}\n\n${end}${after}`;
}

export function settingsTable(): string {
  const rows = Object.entries(settings).map(([key, setting]: [string, Setting<unknown>]) => [
    `\`${setting.name}\``,
    setting.meaning,
    setting.shape,
    fallbackOf(setting),
    usersOf(key),
  ]);
  return table(["Variable", "What it is", "A right value", "Without it", "Needed by, _read by_"], rows);
}

function fallbackOf({ fallback }: Setting<unknown>): string {
  const isSomething = typeof fallback === "number" || typeof fallback === "boolean";
  if (isSomething || (typeof fallback === "string" && fallback !== "")) return `\`${fallback}\``;
  return "–";
}

function usersOf(key: string): string {
  const among = (keys: readonly string[]) => keys.includes(key);
  const users = Object.values(programs).flatMap(({ command, needs, reads }) => {
    const name = command.replace(/^npm (run )?/, "");
    return among(needs) ? [name] : among(reads) ? [`_${name}_`] : [];
  });
  return users.join(", ");
}

/** Aligned as the formatter aligns it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(escapeCell));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => "-".repeat(width))), ...others.map(line)].join("\n");
}
