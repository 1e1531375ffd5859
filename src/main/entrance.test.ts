import { afterEach, expect, it } from "bun:test";
import { openEntrance, type Entrance } from "./entrance.ts";
import type { Readiness } from "./entrance-routes.ts";
import type { SocketData } from "../ws-gateway/index.ts";
import { connectTcp } from "../../tests/wire/raw-tcp.ts";

let entrance: Entrance | undefined;
afterEach(() => entrance?.close());

it("says that it lives and what it waits for, and lets nobody in before it is ready", async () => {
  let readiness: Readiness = { ready: false, reasons: ["Kafka: away"], engines: { Kafka: "away" } };
  entrance = openEntrance({ host: "127.0.0.1", port: 0, readiness: () => readiness });
  const { url, letIn } = entrance;
  const get = async (path: string) => {
    const response = await fetch(url + path);
    return [response.status, await response.text()] as const;
  };

  expect(await get("/health")).toEqual([200, '{"status":"ok"}']);
  const [status, body] = await get("/ready");
  expect([status, JSON.parse(body)]).toEqual([503, readiness]);
  expect((await get("/games"))[0]).toBe(503);

  readiness = { ready: true, reasons: [] };
  letIn({ fetch: () => new Response("inside") });
  expect((await get("/ready"))[0]).toBe(200);
  expect(await get("/games")).toEqual([200, "inside"]);
  expect(await get("/health")).toEqual([200, '{"status":"ok"}']);
});

it("refuses a request whose host is none, and never would show the source of what failed", async () => {
  entrance = openEntrance({ host: "127.0.0.1", port: 0, readiness: () => ({ ready: true, reasons: [] }) });
  for (const host of ["", "evil example", "[::1", "127.0.0.1:99999"]) {
    const tcp = await connectTcp(entrance.url);
    tcp.write(`GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    await tcp.ended;
    expect([host, tcp.received().split("\r\n")[0]]).toEqual([host, "HTTP/1.1 400 Bad Request"]);
  }
  expect(entrance.server.development).toBe(false);
});

it("tells of what it answers itself by its route, and of nothing that is told inside", async () => {
  const told: (readonly [string | null, string, number])[] = [];
  let readiness: Readiness = { ready: false, reasons: ["it is starting"] };
  entrance = openEntrance({
    host: "127.0.0.1",
    port: 0,
    readiness: () => readiness,
    observer: { served: (route, method, status) => void told.push([route, method, status]) },
  });
  const { url, letIn } = entrance;
  for (const path of ["/health", "/ready", "/games"]) await fetch(url + path);
  expect(told.splice(0)).toEqual([
    ["/health", "GET", 200],
    ["/ready", "GET", 503],
    [null, "GET", 503],
  ]);
  readiness = { ready: true, reasons: [] };
  letIn({
    upgrade: (request, server) =>
      server.upgrade(request, { data: {} as SocketData }) // nobody inside reads it
        ? undefined
        : new Response(null, { status: 426 }),
  });
  await fetch(`${url}/ready?asked=by-a-balancer`, { method: "HEAD" });
  await fetch(`${url}/ws`);
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  socket.close();
  expect((await fetch(`${url}/of-a-stranger`)).status).toBe(404);
  expect(told.splice(0)).toEqual([
    ["/ready", "HEAD", 200],
    ["/ws", "GET", 426],
    ["/ws", "GET", 101],
    [null, "GET", 404],
  ]);
  letIn({ fetch: () => new Response("inside") });
  await fetch(`${url}/games`);
  expect(told).toEqual([]);
});
