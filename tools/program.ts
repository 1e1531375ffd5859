/** Runs another program to its end, bounded in time, together with everything that it started. */

export interface ProgramOptions {
  readonly timeLimitMs: number;
  /** `capture` keeps what it says for the caller; `show` lets the person see it at once. */
  readonly output: "capture" | "show";
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ProgramEnd {
  readonly succeeded: boolean;
  /** "exit code 1", "killed by SIGSEGV", "stopped after 300 s". */
  readonly how: string;
  /** Both streams, where captured. */
  readonly output: string;
}

/** Time for a program that is asked to stop to stop what it started itself. */
const graceMs = 5_000;

const running = new Set<number>();

export async function runProgram(command: readonly string[], options: ProgramOptions): Promise<ProgramEnd> {
  const stream = options.output === "capture" ? "pipe" : "inherit";
  const child = Bun.spawn([...command], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    stdin: "ignore",
    stdout: stream,
    stderr: stream,
    // Its own process group, so that what it started can be ended with it, and nothing else.
    detached: true,
  });
  running.add(child.pid);
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    signalGroup(child.pid, "SIGTERM");
  }, options.timeLimitMs);
  const lastLimit = setTimeout(() => signalGroup(child.pid, "SIGKILL"), options.timeLimitMs + graceMs);

  const streams = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  await child.exited;
  clearTimeout(limit);
  clearTimeout(lastLimit);
  // What it left behind would hold its ports, and these streams, for ever.
  signalGroup(child.pid, "SIGKILL");
  running.delete(child.pid);

  const output = (await streams).join("");
  if (timedOut) return { succeeded: false, how: `stopped after ${options.timeLimitMs / 1000} s`, output };
  if (child.signalCode !== null) return { succeeded: false, how: `killed by ${child.signalCode}`, output };
  return { succeeded: child.exitCode === 0, how: `exit code ${child.exitCode ?? "unknown"}`, output };
}

async function textOf(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  return stream === undefined ? "" : await new Response(stream).text();
}

function signalGroup(groupId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    // Nobody is left in the group.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Time for a program that is interrupted; nothing else happens here meanwhile. */
const interruptGraceMs = 500;

// A group of its own does not get the terminal's Ctrl-C: pass it on, and leave as one who was interrupted.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    for (const groupId of running) signalGroup(groupId, "SIGTERM");
    if (running.size > 0) Bun.sleepSync(interruptGraceMs);
    for (const groupId of running) signalGroup(groupId, "SIGKILL");
    process.exit(130);
  });
}
