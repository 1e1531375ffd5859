import { describe, expect, it } from "bun:test";
import Type, { type TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { apiRoutes } from "./api-routes.ts";
import { startWeb } from "../web-fixture.ts";

describe("the described routes", () => {
  it("are those of the app under /api, and no others", () => {
    const inApp = startWeb()
      .app.routes.filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"))
      .map(({ method, path }) => `${method} ${path}`);
    const described = apiRoutes.map(({ method, path }) => `${method} ${path}`);
    expect(described.toSorted()).toEqual([...new Set(inApp)].toSorted());
  });

  it("have a name each, which no other has", () => {
    expect(new Set(apiRoutes.map(({ name }) => name)).size).toBe(apiRoutes.length);
  });

  for (const { method, path, pathParameters, query, body } of apiRoutes) {
    it(`say of ${method} ${path} what is in the path, with examples that fit`, () => {
      expect([...path.matchAll(/:(\w+)/g)].map(([, name]) => name)).toEqual(Object.keys(pathParameters));
      for (const { schema, example } of Object.values({ ...pathParameters, ...query })) {
        const isNumber = "type" in schema && schema.type === "integer";
        expect(Compile(schema).Check(isNumber ? Number(example) : example)).toBe(true);
      }
      for (const field of Object.values(body?.properties ?? {})) expect(field).toHaveProperty("examples.0");
    });
  }
});

describe("a body", () => {
  for (const { method, path, body } of apiRoutes) {
    if (body === null) continue;
    it(`of ${method} ${path} may have the described fields, and no others`, async () => {
      const { browser } = startWeb();
      const member = browser();
      if (path.startsWith("/api/friends")) await member.arrive("jane");
      const sent = Object.fromEntries(
        Object.entries<TSchema & { readonly examples?: unknown }>(body.properties).map(
          ([name, { examples }]) => [name, String(examples)],
        ),
      );
      const refusalOf = async (fields: object) => {
        const answer = await member.change("POST", path, fields);
        return answer.ok ? null : ((await answer.json()) as { code: string; field?: string });
      };
      expect(await refusalOf({ ...sent, more: "" })).toMatchObject({ code: "UNKNOWN_FIELD", field: "more" });
      for (const name of Object.keys(sent)) {
        expect(await refusalOf({ ...sent, [name]: 7 })).toMatchObject({ code: "INVALID_FIELD", field: name });
        const { [name]: _, ...others } = sent;
        const without = await refusalOf(others);
        if (Type.IsOptional(body.properties[name])) expect(without).toBeNull();
        else expect(without).toMatchObject({ code: "INVALID_FIELD", field: name });
      }
      expect((await refusalOf(sent))?.code).not.toEndWith("_FIELD");
    });
  }
});
