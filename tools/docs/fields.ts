/** A declared payload in words, for the protocol page: the schema read as a person would say it. */
import {
  CursorSchema,
  PlayerSchema,
  RematchSchema,
  RoomListingSchema,
  RoomRemovalSchema,
  RoomSnapshotSchema,
  RoomIdSchema,
  TimeSchema,
  UserIdSchema,
} from "../../src/protocol/index.ts";

/** The part of JSON Schema that the declarations use. */
export interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly maxItems?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Without the library's own, invisible marks. */
export function plain(schema: object): JsonSchema {
  return JSON.parse(JSON.stringify(schema)) as JsonSchema; // A schema of typebox is a JSON Schema.
}

/** A shape with a name and a table of its own on the page. */
export interface Shape {
  readonly name: string;
  readonly schema: JsonSchema;
}

/** Shapes that several messages share. */
export const sharedShapes: readonly Shape[] = [
  { name: "Room snapshot", schema: plain(RoomSnapshotSchema) },
  { name: "Room listing", schema: plain(RoomListingSchema) },
  { name: "Room removal", schema: plain(RoomRemovalSchema) },
  { name: "Player", schema: plain(PlayerSchema) },
  { name: "Rematch", schema: plain(RematchSchema) },
  { name: "Cursor", schema: plain(CursorSchema) },
];

export interface Field {
  readonly name: string;
  readonly optional: boolean;
  readonly words: string;
}

/** @param shapes those that are linked to, in place of their fields */
export function fieldsOf(schema: JsonSchema, shapes: readonly Shape[]): readonly Field[] {
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    optional: !(schema.required ?? []).includes(name),
    words: inWords(field, shapes),
  }));
}

export function inWords(schema: JsonSchema, shapes: readonly Shape[]): string {
  const shared = shapes.find((shape) => isSame(shape.schema, schema))?.name;
  if (shared !== undefined) return `[${shared.toLowerCase()}](#${anchorOf(shared)})`;
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.anyOf !== undefined) return schema.anyOf.map((each) => inWords(each, shapes)).join(" or ");
  switch (schema.type) {
    case "string":
      return stringInWords(schema);
    case "integer":
    case "number":
      return numberInWords(schema);
    case "array":
      return arrayInWords(schema, shapes);
    case "object":
      return objectInWords(schema, shapes);
    default:
      return schema.type ?? "anything";
  }
}

export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-");
}

const uuid = plain(RoomIdSchema);
const userId = plain(UserIdSchema);
const time = plain(TimeSchema);

function stringInWords(schema: JsonSchema): string {
  const { enum: values, pattern, minLength, maxLength, description } = schema;
  // A list that is long has words for it instead.
  if (values !== undefined && description === undefined)
    return values.map((value) => `\`"${value}"\``).join(" or ");
  if (isSame(schema, uuid)) return "UUID";
  if (isSame(schema, userId)) return "user id";
  if (isSame(schema, time)) return "time";
  const limits = [
    ...(minLength === undefined ? [] : [`at least ${minLength}`]),
    ...(maxLength === undefined ? [] : [`at most ${maxLength}`]),
  ];
  const details = [
    ...(description === undefined ? [] : [description]),
    ...(pattern === undefined ? [] : [`matching \`${escapeCell(pattern)}\``]),
    ...(limits.length === 0 ? [] : [`${limits.join(", ")} code units`]),
  ];
  return ["string", ...details].join(", ");
}

function numberInWords({ type = "number", minimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `${type} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${type} from ${minimum}`;
  return maximum === undefined ? type : `${type} up to ${maximum}`;
}

function arrayInWords({ items, maxItems }: JsonSchema, shapes: readonly Shape[]): string {
  const list = `list of ${items === undefined ? "anything" : inWords(items, shapes)}`;
  return maxItems === undefined ? list : `${list}, at most ${maxItems}`;
}

function objectInWords(schema: JsonSchema, shapes: readonly Shape[]): string {
  const { patternProperties } = schema;
  const [values] = Object.values(patternProperties ?? {});
  if (values !== undefined) return `object, each value: ${inWords(values, shapes)}`;
  const fields = fieldsOf(schema, shapes).map(
    ({ name, optional, words }) => `${name}${optional ? "?" : ""}: ${words}`,
  );
  return `{ ${fields.join(", ")} }`;
}

function isSame(a: JsonSchema, b: JsonSchema): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** For the cell of a Markdown table. */
export function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
