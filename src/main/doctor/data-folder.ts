/** Whether the embedded databases can be written where they are to lie, and have room there. */
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { about, type Finding } from "./finding.ts";
import { databaseFiles } from "../databases.ts";

const { ok, warning, error } = about("DATA_DIR");
const mb = 1024 * 1024;
const littleMb = 1024;
const tooLittleMb = 100;

/** Kinds of file systems (statfs) on which SQLite's locks or its durability are not to be had. */
const unfit: Readonly<Record<number, readonly [kind: string, why: string]>> = {
  0x6969: ["NFS", "its locks cannot be relied on"],
  0xff534d42: ["CIFS", "its locks cannot be relied on"],
  0xfe534d42: ["SMB", "its locks cannot be relied on"],
  0x01021994: ["tmpfs", "it is gone after a restart of the machine"],
};

export interface DataFolderOptions {
  /** The setting DATABASE_LIMIT_MB. */
  readonly limitMb: number | null;
  // As the system says it; tests say other things.
  readonly mayWrite?: (path: string) => boolean;
  readonly statfs?: (path: string) => {
    readonly type: number;
    readonly bsize: number;
    readonly bavail: number;
  };
}

export function checkDataFolder(
  folder: string,
  { limitMb, statfs = statfsSync, mayWrite = systemSaysWritable }: DataFolderOptions,
): Finding[] {
  const nearest = nearestThatIs(resolve(folder));
  const refusal = refusalOf(nearest, folder, mayWrite);
  if (refusal !== null) return [refusal];
  const { type, bsize, bavail } = statfs(nearest);
  const freeMb = Math.floor((bsize * bavail) / mb);
  const sizes = databaseFiles.map(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0,
  );
  const usedMb = Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / mb);
  const findings = [checkRoom(folder, freeMb, usedMb)];
  const [kind, why] = unfit[type] ?? [];
  if (kind !== undefined && why !== undefined) {
    findings.push(warning(`${folder} is on ${kind}: ${why}.`, "choose a folder on a disk of this machine."));
  }
  const largestMb = Math.max(...sizes) / mb;
  if (limitMb !== null && largestMb > 0.9 * limitMb) {
    findings.push(
      warning(
        `The largest database has ${Math.ceil(largestMb)} MiB of the ${limitMb} that DATABASE_LIMIT_MB allows.`,
        "raise DATABASE_LIMIT_MB: what would need more is refused.",
      ),
    );
  }
  return findings;
}

function checkRoom(folder: string, freeMb: number, usedMb: number): Finding {
  const says = `${folder} can be written to; ${usedMb} MiB are used, ${freeMb} MiB are free.`;
  if (freeMb >= littleMb) return ok(says);
  const mend = "make room on that disk, or choose another folder.";
  return freeMb < tooLittleMb ? error(says, mend) : warning(says, mend);
}

/** The folder itself, or the one in which it would be made. */
function nearestThatIs(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestThatIs(dirname(folder));
}

/** The first thing that cannot be written to. */
function refusalOf(nearest: string, folder: string, mayWrite: (path: string) => boolean): Finding | null {
  if (!statSync(nearest).isDirectory()) {
    return error(`${nearest} is a file, but ${folder} is to be a folder.`, "choose another DATA_DIR.");
  }
  const files = databaseFiles.map((name) => join(folder, name)).filter((file) => existsSync(file));
  const closed = [nearest, ...files].find((path) => !mayWrite(path));
  if (closed === undefined) return null;
  return error(
    `${closed} cannot be written to by this user.`,
    `run the doctor and the program as the same user, and let that user own it: chown -R USER ${folder}`,
  );
}

function systemSaysWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
