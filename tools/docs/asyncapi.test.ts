import { describe, expect, it } from "bun:test";
import { join } from "node:path";
import { Ajv } from "ajv";
import { root } from "../repository.ts";

const document = (await Bun.file(join(root, "docs/asyncapi.json")).json()) as Record<string, unknown>;
const schema = (await Bun.file(
  Bun.resolveSync("@asyncapi/specs/schemas/3.0.0-without-$id.json", import.meta.dir),
).json()) as object;

/** The specification's own schema; it knows formats and keywords of its own that say nothing to this validator. */
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false });
const isAsyncApi = ajv.compile(schema);

describe("docs/asyncapi.json", () => {
  it("is AsyncAPI 3.0, by the schema of the specification", () => {
    isAsyncApi(document);
    expect(isAsyncApi.errors).toBeNull();
  });

  it("is found wrong by the same schema where it is", () => {
    const { info: _, ...nameless } = document;
    expect(isAsyncApi(nameless)).toBe(false);
    expect(isAsyncApi({ ...document, channels: { socket: { address: 7 } } })).toBe(false);
  });
});
