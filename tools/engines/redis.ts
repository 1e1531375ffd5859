import { mkdirSync } from "node:fs";
import { host, ports } from "./places.ts";
import { dataFolder, type Service } from "./service.ts";
import { packagesFor } from "./debian.ts";
import { runProgram } from "../program.ts";

export const redis: Service = {
  key: "redis",
  name: "Redis",
  use: "tests of the cluster",
  ports: { ENGINES_REDIS_PORT: ports.redis },
  missingPackages: () => packagesFor({ "redis-server": "redis-server" }),
  stopSignal: "SIGTERM",

  async isInstalled() {
    return Bun.which("redis-server") !== null;
  },

  async install() {
    // The package is all that it takes.
  },

  async prepare() {
    mkdirSync(dataFolder("redis"), { recursive: true });
  },

  command: () => [
    "redis-server",
    "--bind",
    host,
    "--port",
    String(ports.redis),
    "--dir",
    dataFolder("redis"),
    "--appendonly",
    "yes",
    "--save",
    "",
    "--daemonize",
    "no",
    // Its process is known by its folder in the command line.
    "--set-proc-title",
    "no",
  ],

  async isHealthy() {
    const ping = ["redis-cli", "-h", host, "-p", String(ports.redis), "ping"];
    const { output } = await runProgram(ping, { output: "capture", timeLimitMs: 2_000 });
    return output.trim() === "PONG";
  },
};
