/** The protocol as TypeScript that needs no library: what each command takes and each event says, from the schemas. */
import { plain, type JsonSchema } from "../docs/fields.ts";
import { reachesSockets } from "../docs/reach.ts";
import {
  CursorSchema,
  FriendStatusSchema,
  GameOverReasonSchema,
  LobbyMessageSchema,
  PlayerSchema,
  PrivateMessageSchema,
  RematchSchema,
  RoomListingSchema,
  RoomRemovalSchema,
  RoomSnapshotSchema,
  RoomStatusSchema,
  type Declaration,
} from "../../src/protocol/index.ts";

interface NamedType {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly meaning: string;
}

const named: readonly NamedType[] = [
  type("RoomSnapshot", RoomSnapshotSchema, "A room as it stands at `seq`; `state` is the game's own view."),
  type("RoomListing", RoomListingSchema, "One line of the list of rooms."),
  type("RoomRemoval", RoomRemovalSchema, "A room that is in the list no more."),
  type("RoomStatus", RoomStatusSchema, "How far a room is."),
  type("PlayerView", PlayerSchema, "A player; `awayDeadline` is when one who is away loses."),
  type("Rematch", RematchSchema, "Who wants another game, and where it is."),
  type("GameOverReason", GameOverReasonSchema, "Why a game is over."),
  type("LobbyMessageView", LobbyMessageSchema, "A message in a lobby."),
  type("PrivateMessageView", PrivateMessageSchema, "A message between two people."),
  type("FriendStatus", FriendStatusSchema, "A friend as the friends see her."),
  type("Cursor", CursorSchema, "Where in the log a client is."),
];

function type(name: string, schema: object, meaning: string): NamedType {
  return { name, schema: plain(schema), meaning };
}

const fixed = `/** The protocol, as docs/protocol.md of the repository says it in words. */
export type { ErrorAction, ErrorCode } from "./errors.ts";

/** A person: a decimal number, or \`v-\` and a UUID for a visitor who is not signed in. */
export type UserId = string;
/** A UUID. */
export type RoomId = string;
/** A UUID that the library gives to each command. */
export type CommandId = string;

/** The fields of every event beside its own. */
export type EventFrameFields = {
  readonly eventId: string;
  /** Its place in the log, \`games.events/3/1042\`; absent on what the gateway itself says. */
  readonly at?: string;
  /** Of the command that caused it. */
  readonly commandId?: CommandId;
};

/** What createSocketClient needs to know of a platform's messages. */
export interface PlatformMessages {
  readonly commands: Commands;
  readonly events: Events;
}

/** Any event of the platform: its \`type\` says which. What takes an AnyEventFrame may be written for this. */
export type PlatformEvent = {
  [Type in keyof Events]: { readonly type: Type } & EventFrameFields & Events[Type];
}[keyof Events];
`;

/** The text of a declaration file. */
export function messageTypes(all: readonly Declaration[]): string {
  const declarations = all.filter(reachesSockets);
  // What the gateway itself is told, the library tells it.
  const commands = declarations.filter(({ kind, topic }) => kind === "command" && topic !== "gateway");
  const events = declarations.filter(({ kind }) => kind === "event");
  return [
    fixed,
    ...named.map(
      ({ name, schema, meaning }) => `/** ${meaning} */\nexport type ${name} = ${shapeOf(schema)};\n`,
    ),
    table("Commands", "What each command takes.", commands),
    table("Events", "What each event says.", events),
  ].join("\n");
}

function table(name: string, meaning: string, declarations: readonly Declaration[]): string {
  const lines = declarations.map(
    ({ type, summary, schema }) => `  /** ${summary} */\n  "${type}": ${shapeOf(plain(schema))};\n`,
  );
  return `/** ${meaning} */\nexport interface ${name} {\n${lines.join("")}}\n`;
}

/** By its name where it has one. */
function typeOf(schema: JsonSchema): string {
  const text = JSON.stringify(schema);
  return named.find((each) => JSON.stringify(each.schema) === text)?.name ?? shapeOf(schema);
}

function shapeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(" | ");
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return schema.items === undefined ? "unknown[]" : `Array<${typeOf(schema.items)}>`;
    case "object":
      return objectShape(schema);
    case undefined:
      return "unknown";
    default:
      throw new Error(`There is no type for ${JSON.stringify(schema)} yet.`);
  }
}

function objectShape({ properties = {}, patternProperties, required = [] }: JsonSchema): string {
  const [values] = Object.values(patternProperties ?? {});
  if (values !== undefined) return `Record<string, ${typeOf(values)}>`;
  const fields = Object.entries(properties).map(
    ([name, field]) => `${name}${required.includes(name) ? "" : "?"}: ${typeOf(field)}`,
  );
  return fields.length === 0 ? "Record<never, never>" : `{ ${fields.join("; ")} }`;
}
