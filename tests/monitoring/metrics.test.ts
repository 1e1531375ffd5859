/** What /metrics says of a platform on which people play. */
import { afterAll, beforeAll, expect, it } from "bun:test";
import { scrape, type Scrape } from "./scrape.ts";
import { freePort } from "../free-port.ts";
import { join as joinAsPlayer, playOneGame, type Player } from "../game-play.ts";
import { startPlatform, type Platform } from "../platform.ts";
import { asRoomId } from "../../src/protocol/index.ts";
import { metrics, processMetrics } from "../../src/main/metrics/declarations.ts";

let platform: Platform;
/** Requests for what there is not, half of them by a method that nobody has. */
const strangers = 20;
let players: readonly Player[] = [];
let before: Scrape;
let after: Scrape;

beforeAll(async () => {
  const port = freePort();
  platform = await startPlatform({ METRICS_PORT: String(port) });
  before = await scrape(port);
  const [host, guest] = [await joinAsPlayer(platform.url), await joinAsPlayer(platform.url)];
  players = [host, guest];
  await playOneGame(platform.url, host, guest, "watched table");
  await host.client.send("games.command.join_room", { roomId: asRoomId(crypto.randomUUID()) }).then(
    () => expect.unreachable("there is no such room"),
    () => undefined,
  );
  await host.client.send("chat.command.send_lobby_message", { lobbyId: "main", content: "good game" });
  for (let n = 0; n < strangers; n += 1)
    await fetch(`${platform.url}/wp-admin/${n}`, { method: n % 2 === 0 ? "GET" : "PROPFIND" });
  after = await scrape(port);
}, 30_000);

afterAll(async () => {
  for (const { client } of players) client.close();
  await platform.cleanUp();
});

it("has every metric that is declared of a program without engines, of its kind", () => {
  const declared = Object.values(metrics).filter(({ of }) => of !== "engines");
  const kinds = declared.map(({ name }) => [name, after.types.get(name)]);
  expect(kinds).toEqual(declared.map(({ name, kind }) => [name, kind]));
});

it("has those of the process that are said to mean something on Bun, and no others", () => {
  const ofProcess = [...after.types.keys()].filter((name) => !name.startsWith("blazing_sun_"));
  expect(ofProcess.toSorted()).toEqual(Object.keys(processMetrics).toSorted());
  for (const name of ["process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"])
    expect([name, after.sum(name) > 0]).toEqual([name, true]);
  expect(after.sum("nodejs_eventloop_lag_max_seconds")).toBeGreaterThan(0);
});

it("follows the naming of Prometheus", () => {
  for (const [name, type] of after.types) {
    if (!name.startsWith("blazing_sun_")) continue;
    expect([name, name.endsWith("_total")]).toEqual([name, type === "counter"]);
    if (type === "histogram") expect(name).toEndWith("_seconds");
  }
});

it("counts sockets, people and what they did", () => {
  expect(after.sum("blazing_sun_ready")).toBe(1);
  expect(after.sum("blazing_sun_gateway_sockets", { state: "authenticated" })).toBe(2);
  expect(after.sum("blazing_sun_gateway_users")).toBe(2);
  expect(after.sum("blazing_sun_gateway_authentications_total", { outcome: "ok" })).toBe(2);
  const rolls = players.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  const roll = { type: "games.command.bigger_dice.roll" };
  const commands = "blazing_sun_gateway_commands_total";
  expect(after.sum(commands, { ...roll, outcome: "ok" })).toBe(rolls);
  expect(after.sum("blazing_sun_games_decisions_total", { ...roll, outcome: "ok" })).toBe(rolls);
  expect(after.sum(commands, { type: "games.command.join_room", outcome: "ROOM_NOT_FOUND" })).toBe(1);
  expect(after.sum(commands, { outcome: "unanswered" })).toBe(0);
  expect(after.sum("blazing_sun_gateway_commands_in_flight")).toBe(0);
  const rolled = { type: "games.event.bigger_dice.rolled" };
  expect(after.sum("blazing_sun_gateway_events_total", rolled)).toBe(rolls);
  expect(after.sum("blazing_sun_gateway_event_frames_total", rolled)).toBe(2 * rolls);
});

it("counts requests over HTTP by route, method and class of status, and all that strangers ask for as one", () => {
  const requests = "blazing_sun_http_requests_total";
  expect(after.sum(requests, { route: "/ws", method: "GET", status: "1xx" })).toBe(2);
  expect(after.sum(requests, { route: "/api/guest", method: "POST", status: "2xx" })).toBe(2);
  expect(after.sum(requests, { route: "/api/socket-token", status: "5xx" })).toBe(0);
  expect(after.sum(requests, { route: "none", method: "GET", status: "4xx" })).toBe(strangers / 2);
  expect(after.sum(requests, { route: "none", method: "other", status: "4xx" })).toBe(strangers / 2);
  const routes = new Set(after.samples.flatMap(({ labels }) => labels["route"] ?? []));
  expect([...routes].filter((route) => /wp-admin|\d/.test(route))).toEqual([]);
  expect(after.sum("blazing_sun_http_request_seconds_count")).toBe(after.sum(requests));
});

it("times commands, appends, batches and saves", () => {
  const count = (name: string, labels = {}) => after.sum(`${name}_count`, labels);
  const commands = (labels = {}) => after.sum("blazing_sun_gateway_commands_total", labels);
  const refusedAtOnce = commands({ outcome: "RATE_LIMITED" });
  const answered = commands() - commands({ type: "system.heartbeat" }) - refusedAtOnce;
  expect(count("blazing_sun_gateway_command_seconds")).toBe(answered);
  expect(count("blazing_sun_store_commit_seconds", { store: "rooms" })).toBeGreaterThan(10);
  expect(count("blazing_sun_store_commit_seconds", { store: "lobby_chat" })).toBe(1);
  expect(count("blazing_sun_log_append_seconds", { topic: "games.events" })).toBeGreaterThan(10);
  expect(count("blazing_sun_log_batch_seconds", { reader: "games" })).toBeGreaterThan(10);
  const { samples } = after;
  const buckets = samples.filter(
    ({ name, labels }) => name.endsWith("seconds_bucket") && labels["le"] === "+Inf",
  );
  for (const { name, labels, value } of buckets) {
    const { le: _, ...others } = labels;
    expect(after.sum(name.replace("_bucket", "_count"), others)).toBe(value);
  }
});

it("knows how games ended, which rooms are open, and that nobody is behind", () => {
  expect(after.sum("blazing_sun_games_over_total", { game: "bigger_dice", reason: "score" })).toBe(1);
  expect(after.sum("blazing_sun_games_over_total", { reason: "forfeit" })).toBe(0);
  expect(after.sum("blazing_sun_games_rooms", { state: "playing" })).toBe(0);
  expect(after.sum("blazing_sun_games_units_total", { result: "saved" })).toBeGreaterThan(10);
  expect(after.sum("blazing_sun_log_lag_records")).toBe(0);
});

it("says the same labels before anybody came as after, where what there is is known from the start", () => {
  for (const name of ["blazing_sun_gateway_resumes_total", "blazing_sun_games_over_total"]) {
    const labels = (from: Scrape) =>
      from.samples.filter((each) => each.name === name).map((each) => each.labels);
    expect(labels(before)).toEqual(labels(after));
  }
});

it("names no person, no room and nothing that anybody wrote", () => {
  expect(after.text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|watched table|good game/);
});

it("is not to be had at the door of the public", async () => {
  const response = await fetch(`${platform.url}/metrics`);
  expect(response.status).toBe(404);
});
