import { Database } from "bun:sqlite";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyDatabase } from "./copy-database.ts";

const root = mkdtempSync(join(tmpdir(), "copy-database-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Two tables that each transaction changes alike, over many pages; says after each how many there were. */
const writer = `
  import { Database } from "bun:sqlite";
  const database = new Database(process.argv[1], { create: true });
  database.run("PRAGMA locking_mode = " + process.argv[2]);
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = NORMAL");
  database.run("CREATE TABLE one (n INTEGER PRIMARY KEY, text TEXT) STRICT");
  database.run("CREATE TABLE other (n INTEGER PRIMARY KEY, text TEXT) STRICT");
  const write = database.transaction((n) => {
    for (const table of ["one", "other"]) {
      // The same 3000 rows over and over: the file is small, and each of its pages changes all the time.
      database.query("INSERT OR REPLACE INTO " + table + " VALUES (?, ?)").run(n * 7919 % 3000, n + "x".repeat(n % 2900));
    }
  });
  for (let n = 0; ; n += 1) {
    write(n);
    if (n % 50 === 0) { process.stdout.write(n + "\\n"); await Bun.sleep(1); }
  }`;

let child: Bun.Subprocess<"ignore", "pipe", "inherit">;
/** How far the writer surely is. */
const written = { n: 0 };
let folder: string;

describe.each(["EXCLUSIVE", "NORMAL"])(
  "a database that is written to without a pause, locked %s",
  (locking) => {
    beforeEach(async () => {
      folder = mkdtempSync(join(root, "one-"));
      written.n = 0;
      child = Bun.spawn([process.execPath, "-e", writer, join(folder, "source.sqlite"), locking], {
        stdout: "pipe",
        stderr: "inherit",
      });
      void (async () => {
        for await (const chunk of child.stdout) {
          const lines = new TextDecoder().decode(chunk).trim().split("\n");
          written.n = Math.max(written.n, Number(lines.at(-1)));
        }
      })();
      while (written.n < 2_000) await Bun.sleep(5);
    });
    afterEach(async () => {
      child.kill("SIGKILL");
      await child.exited;
    });

    it("is copied as it was at one moment, with all that was there before", async () => {
      for (let copy = 0; copy < 12; copy += 1) {
        const before = written.n;
        const target = join(folder, `copy-${copy}.sqlite`);
        await copyDatabase(join(folder, "source.sqlite"), target);
        const database = new Database(target, { readonly: true });
        const last = (table: string) =>
          (database.query(`SELECT max(CAST(text AS INTEGER)) AS n FROM ${table}`).get() as { n: number }).n;
        const differing = database.query(
          "SELECT count(*) AS n FROM one FULL JOIN other USING (n) WHERE one.text IS NOT other.text",
        );
        expect(differing.get()).toEqual({ n: 0 });
        expect(last("one")).toBe(last("other"));
        expect(last("one")).toBeGreaterThanOrEqual(before);
        database.close();
      }
      expect(readdirSync(folder).filter((name) => name.includes("copying"))).toEqual([]);
    }, 60_000);
  },
);
