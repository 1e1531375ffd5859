import { installed, root } from "../repository.ts";
import { runProgram } from "../program.ts";

export type Verdict =
  | { readonly passed: true; readonly note?: string }
  /** `output` is what a person needs in order to mend it. */
  | { readonly passed: false; readonly output: string };

export interface Check {
  readonly name: string;
  run(): Promise<Verdict>;
}

const timeLimitMs = 5 * 60_000;

/** A check that is another program's exit code. */
export function programCheck(name: string, program: string, ...args: readonly string[]): Check {
  return {
    name,
    async run() {
      const end = await runProgram([installed(program), ...args], {
        cwd: root,
        output: "capture",
        timeLimitMs,
      });
      return end.succeeded
        ? { passed: true }
        : { passed: false, output: `${end.output}(${program}: ${end.how})` };
    },
  };
}

/** The verdict on a list of what is wrong, a line each. */
export function verdictOn(complaints: readonly string[], note?: string): Verdict {
  if (complaints.length > 0) return { passed: false, output: complaints.join("\n") };
  return note === undefined ? { passed: true } : { passed: true, note };
}
