/** A clock that a test can shift under a running program, by libfaketime (the Debian package of that name). */
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** null where it is not installed. */
export function faketimeLibrary(): string | null {
  const folder = "/usr/lib";
  if (!existsSync(folder)) return null;
  for (const machine of readdirSync(folder)) {
    const path = join(folder, machine, "faketime/libfaketime.so.1");
    if (existsSync(path)) return path;
  }
  return null;
}

/** What a program needs in its environment so that `shiftClock` moves its wall clock; its timers run on. */
export function shiftableClock(library: string) {
  const file = join(mkdtempSync(join(tmpdir(), "blazing-sun-clock-")), "shift");
  shiftClock(file, 0);
  return {
    file,
    environment: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    },
  };
}

export function shiftClock(file: string, seconds: number): void {
  writeFileSync(file, `${seconds < 0 ? "" : "+"}${seconds}`);
}
