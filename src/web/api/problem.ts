/** Refusals over HTTP: `application/problem+json` (RFC 9457) with the codes of the wire. */
import type { Context, ErrorHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import {
  errorTable,
  messageOf,
  type ErrorAction,
  type ErrorCode,
  type Rejection,
} from "../../protocol/index.ts";

export interface Problem {
  /** No page describes the codes one by one: the code says it. */
  readonly type: "about:blank";
  /** The same for every case of one code. */
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  /** A sentence for a person: what is wrong here, and what to do next. */
  readonly detail: string;
  readonly field?: string;
  readonly roomId?: string;
  readonly retryAfterMs?: number;
  readonly action?: ErrorAction;
}

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
    if (isAway(error)) {
      log.error({ path: c.req.path, error: error.message }, "a part that is needed is away");
      return problem(c, { code: "UNAVAILABLE", retryAfterMs: awayRetryMs });
    }
    log.error({ err: error, method: c.req.method, path: c.req.path }, "an HTTP request failed");
    return problem(c, { code: "INTERNAL" });
  };
}
