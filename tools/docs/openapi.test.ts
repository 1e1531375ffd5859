import { describe, expect, it } from "bun:test";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { pathOf } from "./http-routes.ts";
import { root } from "../repository.ts";
import { httpRoutes } from "../../src/main/http-routes.ts";
import { errorTable } from "../../src/protocol/index.ts";

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly [part: string]: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, unknown>>;
}

const document = (await Bun.file(join(root, "docs/openapi.json")).json()) as Document;
const page = await Bun.file(join(root, "docs/http.md")).text();

describe("docs/openapi.json", () => {
  it("is OpenAPI 3.1", async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("is found wrong by the same validator where it is", async () => {
    const { info: _, ...nameless } = structuredClone(document);
    expect((await new Validator().validate(nameless)).valid).toBe(false);
    const strange = { ...structuredClone(document), paths: { "/api/me": { get: { responses: 7 } } } };
    expect((await new Validator().validate(strange)).valid).toBe(false);
  });

  it("has every route with every status, and no other", () => {
    const inDocument = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId, responses }]) => ({
        route: `${method.toUpperCase()} ${path}`,
        name: operationId,
        statuses: Object.keys(responses).map(Number),
      })),
    );
    const described = httpRoutes.map((route) => ({
      route: `${route.method} ${pathOf(route)}`,
      name: route.name,
      statuses: [
        ...new Set([
          ...Object.keys(route.answers).map(Number),
          ...route.refusals.map((code) => errorTable[code].status),
        ]),
      ].sort((a, b) => a - b),
    }));
    const byRoute = (a: { route: string }, b: { route: string }) => a.route.localeCompare(b.route);
    expect(inDocument.sort(byRoute)).toEqual(described.sort(byRoute));
  });

  it("refers to nothing that is not there, and has nothing that nobody refers to", () => {
    const references = new Set(
      [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, reference = ""]) => reference),
    );
    for (const reference of references) expect(document).toHaveProperty(reference.split("/"));
    const { securitySchemes: _, ...parts } = document["components"] as Record<string, object>;
    const present = Object.entries(parts).flatMap(([part, named]) =>
      Object.keys(named).map((name) => `components/${part}/${name}`),
    );
    expect(present.filter((name) => !references.has(name))).toEqual([]);
  });
});

describe("docs/http.md", () => {
  it("has every route, and no other", () => {
    const onPage = [...page.matchAll(/^\| `([A-Z]+ \/[^`]*)` \|/gm)].map(([, route]) => route);
    expect(onPage).toEqual(httpRoutes.map((route) => `${route.method} ${pathOf(route)}`));
  });

  it("leads to no heading that is not there", async () => {
    const protocol = await Bun.file(join(root, "docs/protocol.md")).text();
    const anchorsOf = (text: string) =>
      new Set(
        [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
          heading
            .toLowerCase()
            .replaceAll(/[^a-z0-9 _-]/g, "")
            .replaceAll(" ", "-"),
        ),
      );
    for (const [, file = "", anchor = ""] of page.matchAll(/\]\((protocol\.md)?#([^)]+)\)/g))
      expect(anchorsOf(file === "" ? page : protocol)).toContain(anchor);
  });
});
