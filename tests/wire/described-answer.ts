/** Holds answers over HTTP against the descriptions of their routes: a builder may rely on no more and no less. */
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { httpRoutes } from "../../src/main/http-routes.ts";
import { errorTable, type ErrorCode } from "../../src/protocol/index.ts";
import { apiShapes, type RouteDescription } from "../../src/web/index.ts";

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const patterns = httpRoutes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll(/:\w+/g, "[^/]+")}$`),
}));

/** The route that answers at this address. @param pathname as it is sent, still encoded */
export function routeAt(method: string, pathname: string): RouteDescription | undefined {
  return patterns.find(({ route, pattern }) => route.method === method && pattern.test(pathname))?.route;
}

/** What is not as it is described; null where all is. */
export function complaintAbout(route: RouteDescription, answer: HttpAnswer): string | null {
  const described = route.answers[answer.status];
  if (described === undefined) return complaintAboutRefusal(route, answer);
  const { schema } = described;
  if (schema === null) return answer.text === "" ? null : `a body where none is described: ${answer.text}`;
  const contentType = answer.headers.get("Content-Type") ?? "none";
  if (!contentType.startsWith("application/json")) return `Content-Type: ${contentType}`;
  return misfit(schema, answer.text);
}

function complaintAboutRefusal(
  route: RouteDescription,
  { status, headers, text }: HttpAnswer,
): string | null {
  if (headers.get("Content-Type") !== "application/problem+json")
    return `${status} is not described: ${text}`;
  const wrong = misfit(apiShapes.Problem, text);
  if (wrong !== null) return wrong;
  const { code, status: said } = JSON.parse(text) as { code: ErrorCode; status: number }; // as the schema says
  if (said !== status || errorTable[code].status !== status) return `${code} with ${status}`;
  return route.refusals.includes(code) ? null : `${code} is not described`;
}

function misfit(schema: TSchema, text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `no JSON: ${text}`;
  }
  const validator = validatorOf(schema);
  return validator.Check(value) ? null : `${JSON.stringify(validator.Errors(value))}: ${text}`;
}

const validators = new Map<TSchema, ReturnType<typeof Compile>>();

function validatorOf(schema: TSchema): ReturnType<typeof Compile> {
  const known = validators.get(schema) ?? Compile(closed(schema) as TSchema); // still a schema
  validators.set(schema, known);
  return known;
}

/** The schema with no room for fields that it does not have: what is not described is not to be shown. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
  return "properties" in parts && parts["type"] === "object"
    ? { ...parts, additionalProperties: false }
    : parts;
}
