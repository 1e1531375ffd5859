/** docs/asyncapi.json: the protocol for machines, AsyncAPI 3.0, from the declarations alone (W1). */
import { reachesSockets } from "./reach.ts";
import { plain, sharedShapes, type JsonSchema } from "./fields.ts";
import { CommandIdSchema, type Declaration } from "../../src/protocol/index.ts";

export function asyncApi(all: readonly Declaration[], version: string): object {
  const declarations = all.filter(reachesSockets);
  const commands = declarations.filter(({ kind }) => kind === "command");
  const events = declarations.filter(({ kind }) => kind === "event");
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Blazing Sun",
      version,
      description: "What travels on the platform's WebSocket. Operations are seen from the server.",
    },
    defaultContentType: "application/json",
    servers: {
      platform: {
        host: "{host}",
        pathname: "/ws",
        protocol: "wss",
        variables: { host: { default: "localhost", description: "GET /api/socket-token says the address." } },
      },
    },
    channels: {
      socket: {
        address: "/ws",
        messages: Object.fromEntries(
          declarations.map(({ type }) => [type, { $ref: `#/components/messages/${type}` }]),
        ),
      },
    },
    operations: {
      commands: operation("receive", commands),
      events: operation("send", events),
    },
    components: {
      messages: Object.fromEntries(
        declarations.map((declaration) => [declaration.type, message(declaration)]),
      ),
      schemas: Object.fromEntries(
        // A shape is not replaced by a reference to itself.
        sharedShapes.map(({ name, schema }) => [schemaName(name), withReferencesInside(schema)]),
      ),
    },
  };
}

function operation(action: "send" | "receive", declarations: readonly Declaration[]): object {
  return {
    action,
    channel: { $ref: "#/channels/socket" },
    messages: declarations.map(({ type }) => ({ $ref: `#/channels/socket/messages/${type}` })),
  };
}

function message(declaration: Declaration): object {
  const { type, summary, topic } = declaration;
  const rules =
    declaration.kind === "command"
      ? { "x-permission": declaration.permission, "x-rate-class": declaration.rateClass }
      : {};
  return { name: type, summary, "x-topic": topic, ...rules, payload: frame(declaration) };
}

/** The payload's fields beside the frame's own. */
function frame({ kind, type, topic, schema }: Declaration): JsonSchema {
  const { properties = {}, required = [], ...rest } = withReferencesInside(plain(schema));
  const commandId = plain(CommandIdSchema);
  const own: Record<string, JsonSchema> =
    kind === "command"
      ? { type: { const: type }, commandId }
      : { type: { const: type }, eventId: { type: "string" }, at: { type: "string" }, commandId };
  const always = kind === "event" && topic !== "gateway" ? ["type", "eventId", "at"] : ["type"];
  return { ...rest, required: [...new Set([...always, ...required])], properties: { ...own, ...properties } };
}

type WithReference = JsonSchema | { readonly $ref: string };

function withReferences(schema: JsonSchema): WithReference {
  const text = JSON.stringify(schema);
  const shared = sharedShapes.find((shape) => JSON.stringify(shape.schema) === text);
  return shared === undefined
    ? withReferencesInside(schema)
    : { $ref: `#/components/schemas/${schemaName(shared.name)}` };
}

function withReferencesInside(schema: JsonSchema): JsonSchema {
  const each = (schemas: Readonly<Record<string, JsonSchema>>) =>
    Object.fromEntries(Object.entries(schemas).map(([name, inner]) => [name, withReferences(inner)]));
  // References stand where schemas do.
  return {
    ...schema,
    ...(schema.properties === undefined ? {} : { properties: each(schema.properties) }),
    ...(schema.patternProperties === undefined ? {} : { patternProperties: each(schema.patternProperties) }),
    ...(schema.items === undefined ? {} : { items: withReferences(schema.items) }),
    ...(schema.anyOf === undefined ? {} : { anyOf: schema.anyOf.map(withReferences) }),
  } as JsonSchema;
}

/** "Room snapshot" as `RoomSnapshot`. */
function schemaName(name: string): string {
  return name.replaceAll(/(?:^| )(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
