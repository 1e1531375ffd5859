/** Values for the fuzz tests: such as a schema asks for, and such as nobody asks for. */
import fc from "fast-check";

/** The part of JSON Schema that the declarations use. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
}

/** Values that a schema of ours would take, mostly. @param texts for strings, besides those that the schema names */
export function valueOf(schema: Schema, texts: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((each) => valueOf(each, texts)));
  switch (schema.type) {
    case "object": {
      const fields = Object.entries(schema.properties ?? {}).map(
        ([name, each]) => [name, valueOf(each, texts)] as const,
      );
      return fc.record(Object.fromEntries(fields), { requiredKeys: [...(schema.required ?? [])] });
    }
    case "array":
      return fc.array(valueOf(schema.items ?? {}, texts), { maxLength: 5 });
    case "integer":
    case "number":
      return fc.oneof(fc.nat(20), fc.integer(), fc.constantFrom(-1, 2 ** 53, 1e308, 0.5));
    case "boolean":
      return fc.boolean();
    default: {
      const { pattern, examples = [] } = schema;
      return fc.oneof(
        { arbitrary: texts, weight: 4 },
        ...(pattern === undefined ? [] : [fc.stringMatching(new RegExp(pattern))]),
        ...(examples.length === 0 ? [] : [{ arbitrary: fc.constantFrom(...examples), weight: 4 }]),
      );
    }
  }
}

export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    "",
    [],
    {},
    true,
    -0,
    Number.MAX_VALUE,
    "\u0000",
    "\ud800",
    "__proto__",
    "x".repeat(3_000),
  ),
  fc.constantFrom({ __proto__: { isAdmin: true } }, { constructor: { prototype: {} } }, [[[[[[[[]]]]]]]]),
  fc.json({ maxDepth: 6 }).map((text) => JSON.parse(text) as unknown),
);

/** JSON with a field changed, dropped or added; now and then the text itself is broken. @param twice a field that may come twice */
export function spoiledJson(
  made: fc.Arbitrary<Readonly<Record<string, unknown>>>,
  twice: string,
): fc.Arbitrary<string> {
  return fc
    .tuple(made, fc.nat(9), fc.nat(9), nasty, fc.string({ maxLength: 12 }), fc.nat())
    .map(([object, how, which, value, name, at]) => {
      const fields: Record<string, unknown> = { ...object };
      const names = Object.keys(fields);
      const chosen = names[which % names.length] ?? "type";
      if (how === 0) delete fields[chosen];
      else if (how <= 3) fields[chosen] = value;
      else if (how === 4) fields[name] = value;
      const text = JSON.stringify(fields);
      if (how === 5) return text.slice(0, at % text.length);
      if (how === 6) return `${text.slice(0, at % text.length)}${name}${text.slice(at % text.length)}`;
      if (how === 7) return text.replace("{", `{${twice},`);
      return text;
    });
}
