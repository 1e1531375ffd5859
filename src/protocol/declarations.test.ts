import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { asUserId } from "./ids.ts";
import { permissionsOfRole } from "./permissions.ts";
import { rateClasses } from "./rate-classes.ts";
import { createRegistry } from "./registry.ts";
import { topics } from "./topics.ts";
import { plain, type JsonSchema } from "../../tools/docs/fields.ts";
import { declarations } from "../../tools/generate-docs.ts";
import { seed } from "../../tests/seed.ts";

const registry = createRegistry(declarations);
const actor = asUserId("7");

/** What fits a schema: as much of JSON Schema as the commands use. */
function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valuesOf));
  const [values] = Object.values(schema.patternProperties ?? {});
  switch (schema.type) {
    case "string":
      return stringsOf(schema);
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000 });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(valuesOf(schema.items ?? {}), { maxLength: schema.maxItems ?? 5 });
    case "object":
      return values === undefined ? objectsOf(schema) : fc.dictionary(fc.string(), valuesOf(values));
    default:
      return fc.jsonValue();
  }
}

function stringsOf({ pattern, minLength = 0, maxLength = 100 }: JsonSchema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: "binary", minLength, maxLength: Math.min(maxLength, 100) });
}

function objectsOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, field]) => [name, valuesOf(field)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
}

describe(`every command (seed ${seed})`, () => {
  for (const [type, { declaration, refuse }] of registry.commands) {
    it(`${type} says where it goes, who may send it, how often, and what it does`, () => {
      expect(Object.keys(topics).filter((topic) => topic.endsWith(".commands"))).toContainEqual(
        declaration.topic === "gateway" ? "games.commands" : declaration.topic,
      );
      if (declaration.topic !== "gateway") expect(declaration.permission).not.toBeNull();
      if (declaration.permission !== null) {
        expect(permissionsOfRole.admin).toContain(declaration.permission);
      }
      expect(Object.keys(rateClasses)).toContain(declaration.rateClass);
      expect(declaration.summary).toMatch(/^[A-Z].*\.$/);
      expect(type).toMatch(/^(system|chat|games)\.(command\.)?[a-z_.]+$/);
    });

    it(`${type} has a key for whatever fits its schema, and one that is not empty where it is accepted`, () => {
      fc.assert(
        fc.property(objectsOf(plain(declaration.schema)), (payload) => {
          const fields = payload as Record<string, unknown>; // objectsOf makes objects.
          const key = declaration.key(fields, actor);
          expect(typeof key).toBe("string");
          if (refuse(fields) === null) expect(key).not.toBe("");
          expect(declaration.key(fields, actor)).toBe(key);
        }),
        { seed, numRuns: 200 },
      );
    });

    it(`${type} accepts nothing that is not declared`, () => {
      expect(plain(declaration.schema).additionalProperties).toBeFalse();
    });
  }

  it("orders what is about one room under that room", () => {
    const roomId = "00000000-0000-4000-8000-00000000000a";
    for (const { declaration } of registry.commands.values()) {
      if (plain(declaration.schema).properties?.["roomId"] === undefined) continue;
      expect(declaration.key({ roomId }, actor)).toBe(roomId);
    }
  });

  it("orders one room name under one key, however it is written", () => {
    const { declaration } = registry.commands.get("games.command.create_room") ?? {};
    const keys = ["Room", "room ", "ＲＯＯＭ"].map((roomName) => declaration?.key({ roomName }, actor));
    expect(new Set(keys).size).toBe(1);
  });
});

describe("every event", () => {
  for (const [type, { topic, summary, schema }] of registry.events) {
    it(`${type} says where it comes from and what it means, and leaves room for newer fields`, () => {
      if (topic !== "gateway") expect(Object.keys(topics)).toContain(topic);
      expect(topic).not.toEndWith(".commands");
      expect(summary).toMatch(/^[A-Z].*\.$/);
      expect(type).toMatch(/^(system|chat|games)\.(event\.)?[a-z_.]+$/);
      expect(plain(schema).additionalProperties).not.toBeFalse();
      // The frame's own names.
      for (const name of ["type", "eventId", "at"]) expect(schema.properties).not.toHaveProperty(name);
    });
  }
});
