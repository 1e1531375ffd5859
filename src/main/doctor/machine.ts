/** Whether this machine lets the programs listen, and hold as many sockets as people may open. */
import { readFileSync } from "node:fs";
import type { Patient, Values } from "./configuration.ts";
import { about, messageOf, type Finding } from "./finding.ts";

const few = 4_096;
const tooFew = 512;

/** Each socket of a person is a file to the system. @param limits as in /proc/self/limits */
export function checkFileDescriptors(limits: string | null = limitsOfThisProcess()): Finding[] {
  const { ok, warning, error } = about("open files");
  const [, soft] = /^Max open files\s+(\S+)/m.exec(limits ?? "") ?? [];
  if (soft === undefined) return [];
  const most = soft === "unlimited" ? Infinity : Number(soft);
  const says = `A process may have ${soft} open: about so many people may be connected to it.`;
  if (most >= few) return [ok(says)];
  const mend = "LimitNOFILE=65536 in the systemd unit, or ulimit -n 65536 before the start.";
  return [most < tooFew ? error(says, mend) : warning(says, mend)];
}

function limitsOfThisProcess(): string | null {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return null; // not Linux
  }
}

export async function checkPorts(programs: readonly Patient[], values: Values): Promise<Finding[]> {
  const { host, port, gatewayPort } = values;
  const wanted = [
    ...(programs.includes("wsGateway") ? [{ name: "WS_GATEWAY_PORT", port: gatewayPort }] : []),
    ...(programs.some((program) => program !== "wsGateway") ? [{ name: "PORT", port }] : []),
  ];
  const [one, two] = wanted;
  if (one !== undefined && two !== undefined && one.port === two.port && one.port !== 0) {
    const { error } = about("ports");
    return [error(`WS_GATEWAY_PORT and PORT are both ${one.port}.`, "choose another one for either.")];
  }
  return Promise.all(wanted.map((each) => checkPort(host, each)));
}

async function checkPort(
  host: string,
  { name, port }: { readonly name: string; readonly port: number },
): Promise<Finding> {
  const { ok, error } = about("ports");
  const where = `${host}:${port} (${name})`;
  try {
    Bun.listen({ hostname: host, port, socket: { data: () => undefined } }).stop(true);
    return ok(`${where} is free.`);
  } catch (problem) {
    const code = problem instanceof Error && "code" in problem ? String(problem.code) : "";
    if (code === "EADDRINUSE") {
      if (await isOurs(host, port)) return ok(`${where} is taken by a Blazing Sun that runs.`);
      return error(`${where} is taken by another program.`, `end that program, or choose another ${name}.`);
    }
    if (code === "EACCES") {
      return error(
        `${where} may not be listened on by this user.`,
        `choose a port above 1023 for ${name} and put a proxy before it (docs/deployment.md).`,
      );
    }
    return error(
      `${where} cannot be listened on (${messageOf(problem)}).`,
      "set HOST to an address of this machine: 127.0.0.1, or 0.0.0.0 for all.",
    );
  }
}

/** Whether who listens there answers as our programs do. */
async function isOurs(host: string, port: number): Promise<boolean> {
  const local =
    host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  try {
    const response = await fetch(`http://${local}:${port}/health`, { signal: AbortSignal.timeout(2_000) });
    return JSON.stringify(await response.json()) === '{"status":"ok"}';
  } catch {
    return false; // it speaks another language
  }
}
