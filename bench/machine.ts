/** What a figure was measured on, to print beside it. */
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

export function describeMachine(): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return [
    `${processors.length} × ${processors[0]?.model.trim() ?? "unknown processor"}`,
    `${memory} GiB`,
    `${process.platform} ${release()}`,
    `Bun ${Bun.version}`,
  ].join(", ");
}

/** Binds this process, where `taskset` is there. */
export function stayOnProcessor(number: number): void {
  if (Bun.which("taskset") === null) return;
  Bun.spawnSync(["taskset", "-acp", String(number), String(process.pid)], { stdout: "ignore" });
}

/** Seconds of processor time that a process of this machine has used so far (Linux). */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]); // utime, stime
  return ticks / 100;
}

/** The value below which the given part of `sorted` lies. */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

export function summary(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const [p50, p99, most] = [percentile(sorted, 0.5), percentile(sorted, 0.99), sorted.at(-1) ?? Number.NaN];
  return `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, most ${most.toFixed(1)} ms (${sorted.length} samples)`;
}
