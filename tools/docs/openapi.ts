/** docs/openapi.json: what is answered over HTTP, for machines, OpenAPI 3.1, from the described routes alone. */
import { pathOf, refusalsByStatus, sessionInWords } from "./http-routes.ts";
import { plain } from "./fields.ts";
import { createReferences } from "./references.ts";
import { httpShapes } from "../../src/main/http-routes.ts";
import { errorTable, type ErrorCode } from "../../src/protocol/index.ts";
import { isChange, type CookieChange, type RouteDescription } from "../../src/web/index.ts";

const references = createReferences(Object.entries(httpShapes).map(([name, schema]) => ({ name, schema })));

export function openApi(routes: readonly RouteDescription[], version: string): object {
  return {
    openapi: "3.1.1",
    info: {
      title: "Blazing Sun",
      version,
      description:
        "What the platform answers over HTTP. Playing, chatting and everything live goes by its WebSocket: asyncapi.json.",
    },
    servers: [{ url: "{origin}", variables: { origin: { default: "http://127.0.0.1:8080" } } }],
    tags: [...new Set(routes.map(({ group }) => group))].map((name) => ({ name })),
    paths: paths(routes),
    components: {
      parameters: { Origin: originParameter },
      headers: { RetryAfter: { description: "Seconds.", schema: { type: "integer", minimum: 1 } } },
      responses: Object.fromEntries(
        routes
          .flatMap((route) => [...refusalsByStatus(route).values()])
          .map((codes) => [responseName(codes), refusal(codes)]),
      ),
      schemas: references.schemas,
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "bs_session",
          description:
            "Set by register, signIn and playAsGuest. Any answer may set it again, to keep it alive.",
        },
        visitor: {
          type: "apiKey",
          in: "cookie",
          name: "bs_visitor",
          description: "Set by socketToken, so that somebody who only watches stays the same.",
        },
      },
    },
  };
}

const originParameter = {
  name: "Origin",
  in: "header",
  required: true,
  description:
    "The platform's own, or one of ALLOWED_ORIGINS; else FORBIDDEN. Browsers send it by themselves, other programs must.",
  schema: { type: "string", examples: ["http://127.0.0.1:8080"] },
};

function paths(routes: readonly RouteDescription[]): object {
  const all: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const operations = (all[pathOf(route)] ??= {});
    operations[route.method.toLowerCase()] = operation(route);
  }
  return all;
}

function operation(route: RouteDescription): object {
  const { name, group, summary, pathParameters, query, body } = route;
  const parameters = [
    ...Object.entries(pathParameters).map(([name, { schema, summary, example }]) => ({
      name,
      in: "path",
      required: true,
      description: summary,
      schema: plain(schema),
      example,
    })),
    ...Object.entries(query).map(([name, { schema, summary, example }]) => ({
      name,
      in: "query",
      description: summary,
      schema: plain(schema),
      example: plain(schema).type === "integer" ? Number(example) : example,
    })),
    ...(isChange(route) ? [{ $ref: "#/components/parameters/Origin" }] : []),
  ];
  return {
    operationId: name,
    tags: [group],
    summary,
    description: `For ${sessionInWords(route)}.`,
    security: security(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null
      ? {}
      : {
          requestBody: {
            required: (plain(body).required ?? []).length > 0,
            content: { "application/json": { schema: references.to(body) } },
          },
        }),
    responses: { ...answers(route), ...refusals(route) },
  };
}

function security({ session, cookie }: RouteDescription): readonly object[] {
  const withSession = { session: [] };
  if (session === "none") return [];
  if (session !== "optional") return [withSession];
  return [withSession, ...(cookie === "visitor_comes" ? [{ visitor: [] }] : []), {}];
}

const cookieInWords: Readonly<Record<CookieChange, string>> = {
  session_begins: "bs_session, HttpOnly.",
  session_ends: "Takes bs_session away.",
  visitor_comes: "bs_visitor, HttpOnly, where there is neither a session nor this cookie.",
};

function answers({ answers, cookie }: RouteDescription): object {
  const headers =
    cookie === null
      ? {}
      : { headers: { "Set-Cookie": { description: cookieInWords[cookie], schema: { type: "string" } } } };
  return Object.fromEntries(
    Object.entries(answers).map(([status, { summary, schema }]) => [
      status,
      {
        description: summary,
        ...headers,
        ...(schema === null ? {} : { content: { "application/json": { schema: references.to(schema) } } }),
      },
    ]),
  );
}

function refusals(route: RouteDescription): object {
  return Object.fromEntries(
    [...refusalsByStatus(route)].map(([status, codes]) => [
      String(status),
      { $ref: `#/components/responses/${responseName(codes)}` },
    ]),
  );
}

function responseName(codes: readonly ErrorCode[]): string {
  return codes.join("-");
}

function refusal(codes: readonly ErrorCode[]): object {
  const entries = codes.map((code) => ({ code, ...errorTable[code] }));
  const isRetryable = entries.some(({ retryable }) => retryable);
  const schema = {
    allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: codes } } }],
  };
  return {
    description: entries.map(({ code, message }) => `${code}: ${message}`).join("\n"),
    ...(isRetryable ? { headers: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } } } : {}),
    content: {
      "application/problem+json": { schema },
      // A platform that has just been started has no more to say.
      ...(codes.includes("UNAVAILABLE") ? { "text/plain": { schema: { type: "string" } } } : {}),
    },
  };
}
