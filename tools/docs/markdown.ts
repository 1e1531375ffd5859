/** The parts that generated pages are made of. */
import { escapeCell, fieldsOf, type JsonSchema, type Shape } from "./fields.ts";

export function section(heading: string, ...parts: readonly string[]): string {
  return [`## ${heading}`, ...parts].join("\n\n");
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map((cells) => line(cells.map(keepInCell)))].join(
    "\n",
  );
}

/** The fields of an object, one a row. */
export function fieldTable(schema: JsonSchema, shapes: readonly Shape[]): string {
  const fields = fieldsOf(schema, shapes);
  if (fields.length === 0) return "No fields.";
  return table(
    ["Field", "Type"],
    fields.map(({ name, optional, words }) => [`\`${name}\`${optional ? " (optional)" : ""}`, words]),
  );
}

/** A bar in a cell ends it, unless it is escaped already. */
function keepInCell(text: string): string {
  return escapeCell(text.replaceAll("\\|", "|"));
}
