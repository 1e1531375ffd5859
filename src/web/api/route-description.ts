/** How a route over HTTP is described: once, for the documents, the tests and whoever reads the code. */
import type { TObject, TSchema } from "typebox";
import type { TextFields } from "./request-body.ts";
import type { ErrorCode } from "../../protocol/index.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/**
 * What the session cookie is to a route. `optional`: the outcome depends on it. `any`: needed, a guest's is enough.
 * `member`: needed, of somebody with an account.
 */
export type SessionUse = "none" | "optional" | "any" | "member";

/** Which cookie an answer sets: a new session's, none in place of the session's, or that of somebody who watches. */
export type CookieChange = "session_begins" | "session_ends" | "visitor_comes";

export interface Parameter {
  readonly schema: TSchema;
  readonly summary: string;
  readonly example: string;
}

export interface Answer {
  readonly summary: string;
  /** Of the JSON body; null: there is no body. */
  readonly schema: TSchema | null;
}

export interface RouteDescription {
  /** What a generated client calls it. */
  readonly name: string;
  readonly group: "accounts" | "friends" | "games" | "chat" | "operation";
  readonly method: Method;
  /** As the router has it: `/api/games/:slug/rooms`. */
  readonly path: string;
  readonly summary: string;
  readonly session: SessionUse;
  readonly cookie: CookieChange | null;
  /** The names in `path`. */
  readonly pathParameters: Readonly<Record<string, Parameter>>;
  /** All may be left out. */
  readonly query: Readonly<Record<string, Parameter>>;
  readonly body: TObject<TextFields> | null;
  /** By status, where it is no refusal. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** All with which it may refuse. */
  readonly refusals: readonly ErrorCode[];
}

type Optional = "cookie" | "pathParameters" | "query" | "body";
export type RouteSpecification = Omit<RouteDescription, Optional> & Partial<Pick<RouteDescription, Optional>>;

/** Describes a route under /api. `refusals` are its own: those that follow from the rest are added. */
export function route(specification: RouteSpecification): RouteDescription {
  const described = { cookie: null, pathParameters: {}, query: {}, body: null, ...specification };
  const refusals = new Set([...refusalsThatFollow(described), ...specification.refusals]);
  return { ...described, refusals: [...refusals] };
}

/** Whether it is taken from the platform's own pages alone (same-origin.ts). */
export function isChange({ method }: Pick<RouteDescription, "method">): boolean {
  return method !== "GET";
}

function refusalsThatFollow(described: Omit<RouteDescription, "refusals">): readonly ErrorCode[] {
  const { session, body } = described;
  return [
    ...(body === null
      ? []
      : (["INVALID_JSON", "UNKNOWN_FIELD", "INVALID_FIELD", "FRAME_TOO_LARGE"] as const)),
    ...(session === "any" || session === "member" ? (["AUTH_REQUIRED"] as const) : []),
    ...(session === "member" || isChange(described) ? (["FORBIDDEN"] as const) : []),
    "RATE_LIMITED",
    "INTERNAL",
    "UNAVAILABLE",
  ];
}
