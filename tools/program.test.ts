import { expect, it } from "bun:test";
import { runProgram } from "./program.ts";

const capture = { output: "capture", timeLimitMs: 5_000 } as const;

function shell(script: string): string[] {
  return ["sh", "-c", script];
}

it("keeps what the program says on both streams, and how it ended", async () => {
  const end = await runProgram(shell("echo one; echo two >&2; exit 3"), capture);
  expect(end).toEqual({ succeeded: false, how: "exit code 3", output: "one\ntwo\n" });
});

it("says which signal killed it", async () => {
  expect((await runProgram(shell("kill -SEGV $$"), capture)).how).toBe("killed by SIGSEGV");
});

// The sleeper holds the output open: only its end lets `runProgram` come back.
it("stops it at the time limit, with what it started", async () => {
  const end = await runProgram(shell("sleep 600 & wait"), { output: "capture", timeLimitMs: 300 });
  expect(end).toEqual({ succeeded: false, how: "stopped after 0.3 s", output: "" });
});

it("ends what it left behind", async () => {
  const end = await runProgram(shell("sleep 600 & echo done"), capture);
  expect(end).toEqual({ succeeded: true, how: "exit code 0", output: "done\n" });
});
