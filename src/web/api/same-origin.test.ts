import { describe, expect, it } from "bun:test";
import { Hono } from "hono";
import type { Problem } from "./problem.ts";
import { sameOrigin } from "./same-origin.ts";

const own = "https://play.example.org:8443";
const other = "https://games.example.org";

function start() {
  const lines: { details: object; message: string }[] = [];
  const guard = sameOrigin({
    allowedOrigins: [other],
    ownOrigin: () => own,
    log: { warn: (details, message) => lines.push({ details, message }) },
  });
  const app = new Hono().all("/change", guard, (c) => c.text("changed"));
  const send = (method: string, headers: Record<string, string>) =>
    app.request("/change", { method, headers });
  return { send, lines };
}

describe("a change", () => {
  const accepted: readonly (readonly [from: string, headers: Record<string, string>])[] = [
    ["the platform's own page", { Origin: own }],
    ["a page of ALLOWED_ORIGINS", { Origin: other }],
    ["our own form without a referrer", { Origin: "null", "Sec-Fetch-Site": "same-origin" }],
    ["our own page in a browser that sends no Origin", { "Sec-Fetch-Site": "same-origin" }],
  ];
  for (const [from, headers] of accepted) {
    it(`is taken from ${from}`, async () => {
      expect((await start().send("POST", headers)).status).toBe(200);
    });
  }

  const refused: readonly (readonly [from: string, headers: Record<string, string>])[] = [
    ["another site", { Origin: "https://evil.example" }],
    [
      "another site that lies about where it is",
      { Origin: "https://evil.example", "Sec-Fetch-Site": "same-origin" },
    ],
    ["another port", { Origin: "https://play.example.org" }],
    ["another scheme", { Origin: "http://play.example.org:8443" }],
    ["a name that begins like ours", { Origin: `${own}.evil.example` }],
    ["a sandboxed page", { Origin: "null" }],
    ["a sandboxed page of another site", { Origin: "null", "Sec-Fetch-Site": "cross-site" }],
    ["a neighbouring host", { "Sec-Fetch-Site": "same-site" }],
    ["somebody who says nothing", {}],
  ];
  for (const [from, headers] of refused) {
    it(`is refused from ${from}`, async () => {
      const { send } = start();
      for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
        expect((await send(method, headers)).status).toBe(403);
      }
      expect((await send("GET", headers)).status).toBe(200);
    });
  }

  it("is refused with the setting's name and the values compared, in the answer and in one line of the log", async () => {
    const { send, lines } = start();
    const refused = await send("POST", { Origin: "https://play.example.org" });
    const { code, detail } = (await refused.json()) as Problem; // its shape is what is tested
    expect(code).toBe("FORBIDDEN");
    for (const part of ["ALLOWED_ORIGINS", "https://play.example.org;", own, other]) {
      expect(detail).toContain(part);
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]?.message).toContain("ALLOWED_ORIGINS");
    expect(lines[0]?.details).toMatchObject({ origin: "https://play.example.org", ownOrigin: own });
  });
});
