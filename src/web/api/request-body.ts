/** Bodies of requests: small objects of texts, as JSON or as forms. */
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import Type, { type Static, type TObject, type TOptional, type TString } from "typebox";
import type { Rejection } from "../../protocol/index.ts";
import { problem } from "./problem.ts";

const maxBodyBytes = 16 * 1024;

/** Refuses bodies over 16 KiB. */
export const smallBody: MiddlewareHandler = bodyLimit({
  maxSize: maxBodyBytes,
  onError: (c) => problem(c, { code: "FRAME_TOO_LARGE" }),
});

/** Which fields a body may have. All are texts; what is asked of each text, accounts know. */
export type TextFields = Readonly<Record<string, TString | TOptional<TString>>>;

export type BodyResult<Body> =
  { readonly ok: true; readonly body: Body } | { readonly ok: false; readonly rejection: Rejection };

/** Reads a JSON object. An empty body is an empty object. */
export async function readJson<Schema extends TObject<TextFields>>(
  c: Context,
  schema: Schema,
): Promise<BodyResult<Static<Schema>>> {
  const text = await c.req.text();
  if (text === "") return readTexts({}, schema);
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
  return readTexts(value, schema);
}

/** Reads a form's urlencoded fields; others than those asked for are passed over. */
export async function readForm(c: Context): Promise<(name: string) => string> {
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header("Content-Type") ?? "");
  const form = new URLSearchParams(isForm ? await c.req.text() : "");
  return (name) => form.get(name) ?? "";
}

function readTexts<Schema extends TObject<TextFields>>(
  value: object,
  schema: Schema,
): BodyResult<Static<Schema>> {
  const texts = new Map<string, string>();
  for (const [name, text] of Object.entries(value)) {
    if (!Object.hasOwn(schema.properties, name)) return refuse(unknownField(name));
    if (typeof text !== "string") return refuse(invalidField(name, "must be a text"));
    texts.set(name, text);
  }
  for (const [name, field] of Object.entries(schema.properties)) {
    if (!Type.IsOptional(field) && !texts.has(name)) return refuse(invalidField(name, "is missing: add it"));
  }
  // Every field that the schema requires is there, and every one that is there is a text.
  return { ok: true, body: Object.fromEntries(texts) as Static<Schema> };
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
