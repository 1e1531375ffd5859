import { describe, expect, it } from "bun:test";
import Type from "typebox";
import { command, event } from "./declaration.ts";
import { createRegistry } from "./registry.ts";
import { systemMessages } from "./system-messages.ts";

const greet = command({
  type: "test.command.greet",
  summary: "",
  topic: "games.commands",
  permission: "play",
  rateClass: "query",
  fields: {
    name: Type.String({ minLength: 1, maxLength: 10 }),
    times: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })),
    to: Type.Optional(Type.Object({ city: Type.String() }, { additionalProperties: false })),
    colours: Type.Optional(Type.Array(Type.String(), { maxItems: 2 })),
  },
  check: ({ name }) => (name === "nobody" ? { code: "USER_NOT_FOUND" } : null),
});
const greeted = event({ type: "test.event.greeted", summary: "", topic: "games.events", fields: {} });

const refuse = (payload: string) =>
  createRegistry([greet])
    .commands.get(greet.type)
    // As it comes from a socket.
    ?.refuse(JSON.parse(payload) as Record<string, unknown>);

describe("a command's payload (W1)", () => {
  it("is accepted as it is declared", () => {
    expect(refuse('{"name":"jane"}')).toBeNull();
    expect(refuse('{"name":"jane","times":3,"to":{"city":"Ulm"},"colours":["red","blue"]}')).toBeNull();
  });

  for (const [what, payload, field] of [
    ["a field that is missing", "{}", "name"],
    ["a field of another type", '{"name":7}', "name"],
    ["null", '{"name":null}', "name"],
    ["a text that is too short", '{"name":""}', "name"],
    ["a text that is too long", '{"name":"12345678901"}', "name"],
    ["a number that is too large", '{"name":"jane","times":4}', "times"],
    ["a number that is none", '{"name":"jane","times":1.5}', "times"],
    ["a number beyond all", '{"name":"jane","times":1e999}', "times"],
    ["a list for an object", '{"name":"jane","to":[]}', "to"],
    ["a missing field of a field", '{"name":"jane","to":{}}', "to.city"],
    ["a wrong field of a field", '{"name":"jane","to":{"city":1}}', "to.city"],
    ["a list that is too long", '{"name":"jane","colours":["a","b","c"]}', "colours"],
    ["a wrong entry of a list", '{"name":"jane","colours":[1]}', "colours.0"],
  ] as const) {
    it(`is refused with INVALID_FIELD and the field's name: ${what}`, () => {
      const rejection = refuse(payload);
      expect(rejection).toMatchObject({ code: "INVALID_FIELD", field });
      expect(rejection?.message).toContain(`"${field}"`);
    });
  }

  for (const [what, payload, field] of [
    ["a field too many", '{"name":"jane","age":7}', "age"],
    ["a field too many in a field", '{"name":"jane","to":{"city":"Ulm","zip":1}}', "to.zip"],
    ["a field too many beside a wrong one", '{"name":7,"age":7}', "age"],
    ["__proto__", '{"name":"jane","__proto__":{"times":9}}', "__proto__"],
    ["__proto__ alone", '{"__proto__":{"name":"jane"}}', "__proto__"],
    ["constructor", '{"name":"jane","constructor":1}', "constructor"],
    ["toString", '{"name":"jane","toString":1}', "toString"],
  ] as const) {
    it(`is refused with UNKNOWN_FIELD and the field's name: ${what}`, () => {
      expect(refuse(payload)).toMatchObject({ code: "UNKNOWN_FIELD", field });
    });
  }

  it("is checked for what a schema cannot say, once it fits the schema", () => {
    expect(refuse('{"name":"nobody"}')).toEqual({ code: "USER_NOT_FOUND" });
    expect(refuse('{"name":"nobody","age":7}')).toMatchObject({ code: "UNKNOWN_FIELD" });
  });

  it("gives its own names back without bound in neither direction", () => {
    const long = "x".repeat(5_000);
    const rejection = refuse(JSON.stringify({ name: "jane", [long]: 1 }));
    expect(rejection?.code).toBe("UNKNOWN_FIELD");
    expect(rejection?.message?.length).toBeLessThan(200);
  });
});

describe("the registry", () => {
  it("knows commands and events by their type, and nothing that an object has by nature", () => {
    const registry = createRegistry([greet], [greeted], systemMessages);
    expect(registry.commands.get("test.command.greet")?.declaration).toEqual(greet);
    expect(registry.events.get("test.event.greeted")).toEqual(greeted);
    expect(registry.commands.has("test.event.greeted")).toBeFalse();
    for (const name of ["constructor", "__proto__", "toString", ""]) {
      expect(registry.commands.get(name)).toBeUndefined();
      expect(registry.events.get(name)).toBeUndefined();
    }
  });

  it("refuses a type that is declared twice, whatever kind it is", () => {
    expect(() => createRegistry([greet], [greet])).toThrow("test.command.greet is declared twice");
    expect(() => createRegistry([greeted, greeted])).toThrow("test.event.greeted is declared twice");
    expect(() => createRegistry([greet, { ...greeted, type: greet.type }])).toThrow("declared twice");
  });
});
