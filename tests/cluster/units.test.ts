/** The systemd units of deploy/: what systemd itself says of them, and that they name what is there. */
import { describe, expect, it } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programs } from "../../src/main/programs.ts";
import { settings } from "../../src/main/settings.ts";
import { runProgram } from "../../tools/program.ts";

const root = join(import.meta.dir, "../..");
const deploy = join(root, "deploy");
const units = readdirSync(deploy).filter((name) => name.endsWith(".service"));

it("are there for one process, a gateway and a platform", () => {
  expect(units.sort()).toEqual([
    "blazing-sun-gateway@.service",
    "blazing-sun-platform@.service",
    "blazing-sun.service",
  ]);
});

describe.each(units)("%s", (name) => {
  const text = readFileSync(join(deploy, name), "utf8");

  it("starts a program of this repository, with variables that it reads", () => {
    const [, file = ""] = /^ExecStart=\S+ (\S+)$/m.exec(text) ?? [];
    const program = Object.entries(programByFile).find(([path]) => path === file)?.[1];
    expect([file, existsSync(join(root, file))]).toEqual([file, true]);
    const read = program === undefined ? [] : [...programs[program].needs, ...programs[program].reads];
    const known = new Set<string>(read.map((key) => settings[key].name));
    const [, given = ""] = /^Environment=(.*)$/m.exec(text) ?? [];
    const names = given.split(" ").map((pair) => pair.split("=")[0] ?? "");
    expect(names.filter((each) => !ofTheRuntime.includes(each) && !known.has(each))).toEqual([]);
  });

  it("gives it longer to stop than it takes (H8)", () => {
    const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(text) ?? [];
    expect(Number(seconds)).toBeGreaterThan(30);
  });
});

/** The runtime takes them from the environment alone, before a line of ours runs (docs/decisions/036 and 037). */
const tuned = { MIMALLOC_PURGE_DELAY: "1000", BUN_JSC_maximumMutatorUtilization: "0.8" };

const ofTheRuntime = ["NODE_ENV", ...Object.keys(tuned)];

it.each(Object.entries(tuned))(
  "and every other way to start a program have the same %s",
  async (name, value) => {
    const ways = [...units.map((name) => join("deploy", name)), "Dockerfile", "tests/platform.ts"];
    const texts = ways.map((way) => readFileSync(join(root, way), "utf8"));
    const { scripts } = (await Bun.file(join(root, "package.json")).json()) as {
      scripts: Record<string, string>;
    };
    texts.push(...["start", "ws-gateway", "blazing-sun"].map((name) => scripts[name] ?? ""));
    const values = texts.map((text) => new RegExp(`${name}(?:=|: ")([\\d.]+)`).exec(text)?.[1]);
    expect(values).toEqual(texts.map(() => value));
  },
);

const programByFile = {
  "src/main/embedded.ts": "embedded",
  "src/main/ws-gateway.ts": "wsGateway",
  "src/main/blazing-sun.ts": "blazingSun",
} as const;

it("are accepted by systemd, where that is", async () => {
  if (Bun.which("systemd-analyze") === null) {
    console.log("systemd-analyze is not here: it was not asked about the units of deploy/");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-units-"));
  mkdirSync(join(folder, "opt/node_modules/.bin"), { recursive: true });
  symlinkSync(process.execPath, join(folder, "opt/node_modules/.bin/bun"));
  const files = units.map((name) => {
    // Instances of those with @, as an operator names them.
    const file = join(folder, name.replace("@.", "@9998."));
    copyFileSync(join(deploy, name), file);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll("/opt/blazing-sun", join(folder, "opt")));
    return file;
  });
  const end = await runProgram(["systemd-analyze", "verify", ...files], {
    output: "capture",
    timeLimitMs: 30_000,
  });
  rmSync(folder, { recursive: true });
  expect([end.output, end.how]).toEqual(["", "exit code 0"]);
}, 40_000);
