import { afterAll, describe, expect, it } from "bun:test";
import { fetchToken, TokenUnavailable } from "./token.ts";

const token = { token: "t", expiresAt: "2026-01-08T12:05:00.000Z", url: "ws://127.0.0.1/ws" };
const answers: Readonly<Record<string, () => Response>> = {
  "/good": () => Response.json(token),
  "/problem": () =>
    Response.json({ title: "Unavailable", detail: "The server is starting." }, { status: 503 }),
  "/bare": () => new Response("nope", { status: 502 }),
  "/signed-out": () => Response.json({ detail: "Sign in first." }, { status: 401 }),
  "/portal": () => new Response("<html>Welcome to the hotel</html>"),
  "/half": () => Response.json({ token: "t" }),
};
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: ({ url }) => answers[new URL(url).pathname]?.() ?? new Response(null, { status: 404 }),
});
afterAll(() => server.stop(true));

const ask = (path: string) =>
  fetchToken(new URL(path, server.url).href).then(
    (found) => found,
    (error: unknown) => error,
  );

describe("the token from the HTTP API", () => {
  it("comes with its end and the socket's address", async () => {
    expect(await ask("/good")).toEqual(token);
  });

  for (const [path, status, message] of [
    ["/problem", 503, "The server is starting."],
    ["/bare", 502, "The server answered 502."],
    ["/signed-out", 401, "Sign in first."],
    ["/portal", null, "Something between this page and the server answers in its place."],
    ["/half", null, "Something between this page and the server answers in its place."],
  ] as const) {
    it(`is missing with the server's own words: ${path}`, async () => {
      const error = await ask(path);
      expect(error).toBeInstanceOf(TokenUnavailable);
      expect(error).toMatchObject({ status, message });
    });
  }

  it("is missing where nobody answers", async () => {
    const gone = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const address = new URL("/good", gone.url).href;
    await gone.stop(true);
    const error = await fetchToken(address).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      status: null,
      message: "The server cannot be reached: check the network.",
    });
  });
});
