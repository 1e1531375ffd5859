/** The platform as its users run it: the real program in a process of its own, on loopback, with a folder of its own. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import type { biggerDiceMessages } from "../src/games/bigger-dice/messages.ts";
import {
  accountMessages,
  chatMessages,
  privateMessages,
  roomMessages,
  systemMessages,
  type MessagesOf,
} from "../src/protocol/index.ts";
import {
  createSocketClient,
  TokenUnavailable,
  type SocketClient,
  type SocketToken,
} from "../src/sockets/index.ts";

/** What travels between the platform and a client that plays this game. */
export type MessagesWith<GameMessages extends readonly unknown[]> = MessagesOf<
  [
    ...typeof systemMessages,
    ...typeof roomMessages,
    ...typeof chatMessages,
    ...typeof privateMessages,
    ...typeof accountMessages,
    ...GameMessages,
  ]
>;
export type PlatformMessages = MessagesWith<typeof biggerDiceMessages>;
export type PlatformClient = SocketClient<PlatformMessages>;

const program = join(import.meta.dir, "../src/main/embedded.ts");

export interface Platform {
  /** `http://127.0.0.1:…`, the same after a restart. */
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  /** Ends the process at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port, with these settings beside those that it had. */
  restart(environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends it in order; answers its exit code. */
  stop(): Promise<number>;
  /** Stops it if it runs, and deletes its folder. */
  cleanUp(): Promise<void>;
}

export interface PlatformPlacement {
  /** Binds the process to one processor, where `taskset` is there. */
  readonly onProcessor?: number;
}

/** What is put before a command so that it runs on one processor; nothing where `taskset` is not there. */
export function boundTo(processor: number): readonly string[] {
  return Bun.which("taskset") === null ? [] : ["taskset", "-c", String(processor)];
}

export async function startPlatform(
  environment: Readonly<Record<string, string>> = {},
  { onProcessor }: PlatformPlacement = {},
): Promise<Platform> {
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-"));
  const prefix = onProcessor === undefined ? [] : boundTo(onProcessor);
  const launch = (port: string, changed: Readonly<Record<string, string>> = {}) =>
    launchProgram([...prefix, process.execPath, program], {
      ...environment,
      ...changed,
      DATA_DIR: folder,
      PORT: port,
    });
  let running = await launch(String(freePort()));
  const { url } = running;
  const { port } = new URL(url);

  async function end(signal: "SIGKILL" | "SIGTERM"): Promise<number> {
    running.child.kill(signal);
    return running.child.exited;
  }

  return {
    url,
    dataDir: folder,
    get pid() {
      return running.child.pid;
    },
    async kill() {
      await end("SIGKILL");
    },
    async restart(changed) {
      running = await launch(port, changed);
    },
    stop: () => end("SIGTERM"),
    async cleanUp() {
      if (running.child.exitCode === null) await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a program until it says where it is; rejects with what it said where it ends before that. */
export async function launchProgram(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly child: Bun.Subprocess; readonly url: string }> {
  const child = Bun.spawn([...command], {
    env: {
      PATH: process.env.PATH ?? "",
      // Both as `npm start` has them.
      MIMALLOC_PURGE_DELAY: "1000",
      BUN_JSC_maximumMutatorUtilization: "0.8",
      LOG_LEVEL: "error",
      HTTP_LIMIT_SCALE: "1000", // all who are tested come from one address
      ...environment,
    },
    stdout: "pipe",
    stderr: "inherit",
  });
  let said = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    said += decoder.decode(chunk, { stream: true });
    const url = /(https?|ws):\/\/\S+/.exec(said)?.[0];
    if (url !== undefined) return { child, url };
  }
  throw new Error(`The platform ended with ${await child.exited} before it was ready: ${said}`);
}

/** Resident memory of a process on this machine, MiB (Linux). */
export function residentMb(pid: number): number {
  const [, kb = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kb) / 1024;
}

/** A guest of the platform: the cookie of a session that was just begun. */
export async function guestSession(url: string, username?: string): Promise<string> {
  const response = await fetch(`${url}/api/guest`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: url },
    body: JSON.stringify(username === undefined ? {} : { username }),
  });
  if (!response.ok) throw new Error(`No guest: ${response.status} ${await response.text()}`);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** A client of the person with this cookie, as a page has one; it plays Bigger Dice, or what its caller says. */
export function connectClient<GameMessages extends readonly unknown[] = typeof biggerDiceMessages>(
  url: string,
  cookie: string,
  socketUrl?: string,
): SocketClient<MessagesWith<GameMessages>> {
  return createSocketClient<MessagesWith<GameMessages>>({
    async token() {
      const token = await socketToken(url, cookie);
      return socketUrl === undefined ? token : { ...token, url: socketUrl };
    },
  });
}

/** What a page of the person with this cookie would authenticate its socket with. */
export async function socketToken(url: string, cookie: string): Promise<SocketToken> {
  const response = await fetch(`${url}/api/socket-token`, { headers: { Cookie: cookie } }).catch(() => null);
  if (response === null) throw new TokenUnavailable(null, "The platform is away.");
  if (!response.ok) throw new TokenUnavailable(response.status, await response.text());
  return (await response.json()) as SocketToken; // what the API promises
}
