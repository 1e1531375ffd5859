/** One command, followed from its frame to the frame of its outcome: as a trace, and in the log. */
import { afterEach, describe, expect, it } from "bun:test";
import { startOtlpReceiver, type OtlpReceiver } from "./otlp-receiver.ts";
import { beginGame, join as joinAsPlayer, see, type Player } from "../game-play.ts";
import { startPlatform, type Platform } from "../platform.ts";
import type { UserId } from "../../src/protocol/index.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function receiver(): OtlpReceiver {
  const started = startOtlpReceiver();
  cleanUps.push(() => started.close());
  return started;
}

async function platformWith(environment: Readonly<Record<string, string>>): Promise<Platform> {
  const platform = await startPlatform(environment);
  cleanUps.push(() => platform.cleanUp());
  return platform;
}

/** @returns the id of the command */
async function rollOnce(url: string): Promise<string> {
  const players: Player[] = [await joinAsPlayer(url), await joinAsPlayer(url)];
  cleanUps.push(() => players.forEach(({ client }) => client.close()));
  const [host, guest] = players as [Player, Player];
  const roomId = await beginGame(host, guest, "traced table");
  const { state } = await see(host, roomId);
  const { turn, currentTurn } = state as { turn: number; currentTurn: UserId };
  const player = currentTurn === host.userId ? host : guest;
  const outcome = await player.client.send("games.command.bigger_dice.roll", { roomId, turn });
  return String(outcome["commandId"]);
}

const soon = { OTEL_BSP_SCHEDULE_DELAY: "50" };
const way = [
  "games.command.bigger_dice.roll",
  "append games.commands",
  "wait games.commands",
  "handle games",
  "decide",
  "commit rooms",
  "append games.events",
  "deliver",
];

describe("traces", () => {
  it("show the whole way of a roll under the id of its command", async () => {
    const collector = receiver();
    const platform = await platformWith({ ...soon, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const commandId = await rollOnce(platform.url);
    const traceId = commandId.replaceAll("-", "");
    const spans = await collector.traced(traceId, way);

    expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(way));
    const [first, ...others] = spans.toSorted(
      (one, other) => Number(one.name !== way[0]) - Number(other.name !== way[0]),
    );
    expect(first).toMatchObject({
      name: "games.command.bigger_dice.roll",
      service: "blazing-sun",
      attributes: { "command.id": commandId, outcome: "ok" },
    });
    expect(first?.parentSpanId ?? "").toBe("");
    for (const { name, parentSpanId } of others) expect([name, parentSpanId]).toEqual([name, first?.spanId]);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);

    const of = (name: string) => spans.find((span) => span.name === name);
    const begin = (name: string) => BigInt(of(name)?.startTimeUnixNano ?? 0);
    const end = (name: string) => BigInt(of(name)?.endTimeUnixNano ?? 0);
    const millisecond = 1_000_000n;
    const now = BigInt(Date.now()) * millisecond;
    expect(begin(way[0] ?? "") > now - 60_000n * millisecond && end(way[0] ?? "") <= now + millisecond).toBe(
      true,
    );
    expect(end("decide") <= begin("commit rooms")).toBe(true);
    expect(end("commit rooms") <= begin("append games.events")).toBe(true);
    // What the log says of time are whole milliseconds.
    expect(begin("wait games.commands") + millisecond >= begin(way[0] ?? "")).toBe(true);
    expect(end("deliver") <= end(way[0] ?? "")).toBe(true);
  }, 30_000);

  it("are of no command where none shall be traced", async () => {
    const collector = receiver();
    const platform = await platformWith({
      ...soon,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER_ARG: "0",
    });
    await rollOnce(platform.url);
    await platform.stop();
    expect(collector.requests).toBe(0);
  }, 30_000);

  it("keep no command waiting, and no program from ending, where the collector is away", async () => {
    const platform = await platformWith({ ...soon, OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
    await rollOnce(platform.url);
    expect(await platform.stop()).toBe(0);
  }, 30_000);
});

describe("what is not asked for", () => {
  /** The packages for watching that a process has loaded when it has opened an observation. */
  async function loadedWith(settings: string): Promise<readonly string[]> {
    const script = `
      const { openObservation } = await import("./src/main/observation/observation.ts");
      const { createLogger } = await import("./src/main/logger.ts");
      const off = { metricsPort: null, metricsHost: "127.0.0.1", otlpEndpoint: null, tracedShare: 1 };
      await openObservation("test", { ...off, ${settings} }, createLogger("info"));
      const loaded = Object.keys(require.cache).flatMap((path) => /@opentelemetry|prom-client/.exec(path)?.[0] ?? []);
      console.log(JSON.stringify([...new Set(loaded)]));
      process.exit(0);`;
    const child = Bun.spawn([process.execPath, "-e", script], {
      cwd: `${import.meta.dir}/../..`,
      stdout: "pipe",
      stderr: "ignore",
    });
    return JSON.parse(await new Response(child.stdout).text()) as string[];
  }

  it("is not loaded", async () => {
    expect(await loadedWith("")).toEqual([]);
    expect(await loadedWith('otlpEndpoint: "http://127.0.0.1:1"')).toEqual(["@opentelemetry"]);
    expect(await loadedWith("metricsPort: 0")).toContain("prom-client");
  });
});

describe("the log at the level debug", () => {
  it("has a line for each step of a command, with its id", async () => {
    const { url, lines } = await startLoudPlatform("debug");
    const commandId = await rollOnce(url);
    const steps = ["command accepted", "command decided", "event delivered"];
    const seen = await lines((line) => line["commandId"] === commandId, steps.length);
    expect(seen.map(({ msg }) => msg)).toEqual(steps);
    expect(seen[1]).toMatchObject({ type: "games.command.bigger_dice.roll", outcome: "ok" });
    expect(seen[2]).toMatchObject({ event: "games.event.bigger_dice.rolled", sockets: 2 });
  }, 30_000);

  it("has none of them at the level info", async () => {
    const { url, lines, stop } = await startLoudPlatform("info");
    await rollOnce(url);
    await stop();
    expect(await lines((line) => "commandId" in line, 0)).toEqual([]);
  }, 30_000);
});

type Line = Readonly<Record<string, unknown>>;

/** A platform whose log is kept. */
async function startLoudPlatform(level: string) {
  const { mkdtempSync, rmSync } = await import("node:fs");
  const folder = mkdtempSync(`${process.env.TMPDIR ?? "/tmp"}/blazing-sun-`);
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/../../src/main/embedded.ts`], {
    env: { PATH: process.env.PATH ?? "", LOG_LEVEL: level, PORT: "0", DATA_DIR: folder },
    stdout: "pipe",
    stderr: "pipe",
  });
  async function stop(): Promise<void> {
    child.kill("SIGTERM");
    await child.exited;
    await reading;
  }
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }), stop);
  const log: Line[] = [];
  let came = Promise.withResolvers<void>();
  const reading = eachLine(child.stderr, (line) => {
    log.push(JSON.parse(line) as Line);
    came.resolve();
    came = Promise.withResolvers();
  });
  const ready = Promise.withResolvers<string>();
  void eachLine(child.stdout, (line) => {
    const url = /http:\S+/.exec(line)?.[0];
    if (url !== undefined) ready.resolve(url);
  });
  return {
    url: await ready.promise,
    stop,
    /** Those that are wanted, once there are so many. */
    async lines(isWanted: (line: Line) => boolean, count: number): Promise<readonly Line[]> {
      for (;;) {
        const wanted = log.filter(isWanted);
        if (wanted.length >= count) return wanted;
        await came.promise;
      }
    },
  };
}

async function eachLine(stream: ReadableStream<Uint8Array>, tell: (line: string) => void): Promise<void> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) tell(line);
  }
}
