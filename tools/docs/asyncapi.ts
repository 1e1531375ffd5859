/** docs/asyncapi.json: the protocol for machines, AsyncAPI 3.0, from the declarations alone (W1). */
import { reachesSockets } from "./reach.ts";
import { plain, sharedShapes, type JsonSchema } from "./fields.ts";
import { createReferences } from "./references.ts";
import { CommandIdSchema, type Declaration } from "../../src/protocol/index.ts";

const references = createReferences(sharedShapes);

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
      schemas: references.schemas,
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
  const { properties = {}, required = [], ...rest } = references.inside(schema);
  const commandId = plain(CommandIdSchema);
  const own: Record<string, JsonSchema> =
    kind === "command"
      ? { type: { const: type }, commandId }
      : { type: { const: type }, eventId: { type: "string" }, at: { type: "string" }, commandId };
  const always = kind === "event" && topic !== "gateway" ? ["type", "eventId", "at"] : ["type"];
  return { ...rest, required: [...new Set([...always, ...required])], properties: { ...own, ...properties } };
}
