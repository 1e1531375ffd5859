import { join } from "node:path";
import { verdictOn, type Check, type Verdict } from "./check.ts";
import { runProgram } from "../program.ts";
import { root } from "../repository.ts";

const timeLimitMs = 60_000;

interface Report {
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

/** Nothing that is installed is known to be unsafe, as far as the registry says. */
export const advisories: Check = {
  name: "advisories",
  async run() {
    const end = await runProgram(["npm", "audit", "--json"], { cwd: root, output: "capture", timeLimitMs });
    return verdictOf(end.output);
  },
};

/** @param output of `npm audit --json`, with npm's own words around it */
export function verdictOf(output: string): Verdict {
  const found = reportIn(output)?.vulnerabilities;
  // Mirrors and proxies may know no advisories, and a machine may have no network: that is no fault of ours.
  if (found === undefined)
    return { passed: true, note: "NOT ASKED: this machine's registry answers no audits" };
  return verdictOn(
    Object.entries(found).map(([name, { severity, range }]) => `${name} ${range}: ${severity}`),
  );
}

function reportIn(output: string): Report | null {
  const begin = output.indexOf("{");
  try {
    return JSON.parse(output.slice(begin, output.lastIndexOf("}") + 1)) as Report;
  } catch {
    return null;
  }
}

/** Every direct dependency is one version, so that an update is a change that somebody looks at. */
export const pinned: Check = {
  name: "pinned",
  async run() {
    const { dependencies, devDependencies } = (await Bun.file(join(root, "package.json")).json()) as {
      readonly dependencies: Readonly<Record<string, string>>;
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const all = Object.entries({ ...dependencies, ...devDependencies });
    const loose = all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    return verdictOn(
      loose.map(([name, version]) => `package.json: ${name} is ${version}: write one version`),
    );
  },
};
