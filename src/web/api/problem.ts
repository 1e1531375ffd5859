/** Refusals over HTTP: `application/problem+json` (RFC 9457) with the codes of the wire. */
import type { Context, ErrorHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import Type, { type Static } from "typebox";
import {
  errorCodes,
  errorTable,
  messageOf,
  type ErrorAction,
  type ErrorCode,
  type Rejection,
} from "../../protocol/index.ts";

const actions = [...new Set(Object.values(errorTable).flatMap(({ action }) => action ?? []))];

export const ProblemSchema = Type.Object({
  type: Type.Literal("about:blank", { description: "no page describes the codes one by one" }),
  title: Type.String({ description: "the same for every case of one code" }),
  status: Type.Integer(),
  code: Type.Unsafe<ErrorCode>({
    type: "string",
    enum: errorCodes,
    description: "one of the table of errors",
  }),
  detail: Type.String({ description: "a sentence for a person: what is wrong here, and what to do next" }),
  field: Type.Optional(Type.String({ description: "the field that is wrong" })),
  roomId: Type.Optional(Type.String({ description: "the room to go back to" })),
  retryAfterMs: Type.Optional(Type.Number({ minimum: 0 })),
  action: Type.Optional(Type.Unsafe<ErrorAction>({ type: "string", enum: actions })),
});

export type Problem = Readonly<Static<typeof ProblemSchema>>;

export function problemOf(rejection: Rejection): Problem {
  const { code, field, roomId, retryAfterMs } = rejection;
  const { message, status, action } = errorTable[code];
  return {
    type: "about:blank",
    title: message,
    status,
    code,
    detail: messageOf(rejection),
    ...(field === undefined ? {} : { field }),
    ...(roomId === undefined ? {} : { roomId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(action === undefined ? {} : { action }),
  };
}

export function problem(c: Context, rejection: Rejection): Response {
  const body = problemOf(rejection);
  c.header("Cache-Control", "no-store");
  if (body.retryAfterMs !== undefined) c.header("Retry-After", String(Math.ceil(body.retryAfterMs / 1000)));
  // The table's statuses are those of refusals, which all have a body.
  return c.json(body, body.status as ContentfulStatusCode, { "Content-Type": "application/problem+json" });
}

export interface ErrorLog {
  error(details: object, message: string): void;
}

const awayRetryMs = 2_000;

/** For `app.onError`: what nobody foresaw is logged whole, and told without its details. */
export function unforeseen(log: ErrorLog, isAway: (error: unknown) => boolean): ErrorHandler {
  return (error, c) => {
    // Whoever left before the whole body was here: nothing failed, and nobody reads the answer.
    if (error.name === "AbortError" && c.req.raw.signal.aborted) return c.body(null, 400);
    if (isAway(error)) {
      log.error({ path: c.req.path, error: error.message }, "a part that is needed is away");
      return problem(c, { code: "UNAVAILABLE", retryAfterMs: awayRetryMs });
    }
    log.error({ err: error, method: c.req.method, path: c.req.path }, "an HTTP request failed");
    return problem(c, { code: "INTERNAL" });
  };
}
