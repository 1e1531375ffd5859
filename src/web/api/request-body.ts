/** Bodies of requests: small objects of texts, as JSON or as forms. */
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Rejection } from "../../protocol/index.ts";
import { problem } from "./problem.ts";

const maxBodyBytes = 16 * 1024;

/** Refuses bodies over 16 KiB. */
export const smallBody: MiddlewareHandler = bodyLimit({
  maxSize: maxBodyBytes,
  onError: (c) => problem(c, { code: "FRAME_TOO_LARGE" }),
});

/** Which fields a body has. All are texts. */
export type TextFields = Readonly<Record<string, "required" | "optional">>;

export type TextsOf<Fields extends TextFields> = {
  readonly [Name in keyof Fields]: Fields[Name] extends "required" ? string : string | undefined;
};

export type BodyResult<Body> =
  { readonly ok: true; readonly body: Body } | { readonly ok: false; readonly rejection: Rejection };

/** Reads a JSON object. An empty body is an empty object. */
export async function readJson<const Fields extends TextFields>(
  c: Context,
  fields: Fields,
): Promise<BodyResult<TextsOf<Fields>>> {
  const text = await c.req.text();
  if (text === "") return readTexts({}, fields);
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
    return refuse({
      code: "INVALID_JSON",
      message: "Send the body as JSON, with Content-Type: application/json.",
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse({ code: "INVALID_JSON" });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse({ code: "INVALID_JSON" });
  return readTexts(value, fields);
}

/** Reads a form's urlencoded fields; others than those asked for are passed over. */
export async function readForm(c: Context): Promise<(name: string) => string> {
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header("Content-Type") ?? "");
  const form = new URLSearchParams(isForm ? await c.req.text() : "");
  return (name) => form.get(name) ?? "";
}

function readTexts<const Fields extends TextFields>(
  value: object,
  fields: Fields,
): BodyResult<TextsOf<Fields>> {
  const texts = new Map<string, string>();
  for (const [name, text] of Object.entries(value)) {
    if (!Object.hasOwn(fields, name)) return refuse(unknownField(name));
    if (typeof text !== "string") return refuse(invalidField(name, "must be a text"));
    texts.set(name, text);
  }
  for (const [name, presence] of Object.entries(fields)) {
    if (presence === "required" && !texts.has(name)) return refuse(invalidField(name, "is missing: add it"));
  }
  // Every field that `fields` requires is there, and every one that is there is a text.
  return { ok: true, body: Object.fromEntries(texts) as TextsOf<Fields> };
}

function refuse(rejection: Rejection): { readonly ok: false; readonly rejection: Rejection } {
  return { ok: false, rejection };
}

function unknownField(name: string): Rejection {
  const field = name.slice(0, 60);
  return { code: "UNKNOWN_FIELD", field, message: `There is no field "${field}" here: leave it out.` };
}

function invalidField(field: string, problem: string): Rejection {
  return { code: "INVALID_FIELD", field, message: `The field "${field}" ${problem}.` };
}
