import { Database } from "bun:sqlite";
import { afterAll, describe, expect, it } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asSessionId } from "../../protocol/index.ts";
import { accountsStoreContract } from "./contract.ts";
import { migrate } from "../../engines/migrations.ts";
import { openSqliteAccountsStore } from "./sqlite.ts";

const directory = mkdtempSync(join(tmpdir(), "accounts-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let fileCount = 0;
const newFile = () => join(directory, `${(fileCount += 1)}.sqlite`);

accountsStoreContract("SQLite in a file", async () => openSqliteAccountsStore(newFile()));
accountsStoreContract("a SQLite database that main opened", async () =>
  openSqliteAccountsStore(new Database(":memory:", { strict: true })),
);

describe("the SQLite file", () => {
  const jane = { username: "jane", folded: "jane", looks: ["jane"] };
  const session = { sid: asSessionId("s"), secretHash: "h", createdAt: 0, lastSeenAt: 0, expiresAt: 10 };

  it("has everybody again after a restart", async () => {
    const file = newFile();
    const before = openSqliteAccountsStore(file);
    await before.createUser({ kind: "member", name: jane, passwordHash: "p", createdAt: 0 }, session, null);
    await before.close();
    const after = openSqliteAccountsStore(file);
    expect((await after.memberByName("jane"))?.user.username).toBe("jane");
    expect(await after.sessionBySecretHash("h", 5)).not.toBeNull();
    await after.close();
  });

  it("is written ahead", async () => {
    const file = newFile();
    await openSqliteAccountsStore(file).close();
    const database = new Database(file);
    expect(database.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    database.close();
  });

  it("leaves a database that main opened open, and shares it with other components", async () => {
    const database = new Database(":memory:", { strict: true });
    migrate(database, "games", ["CREATE TABLE rooms (id TEXT)"]);
    await openSqliteAccountsStore(database).close();
    migrate(database, "games", ["CREATE TABLE rooms (id TEXT)", "CREATE TABLE seats (id TEXT)"]);
    expect(database.query("SELECT component, number FROM migrations ORDER BY 1, 2").values()).toEqual([
      ["accounts", 1],
      ["accounts", 2],
      ["accounts", 3],
      ["accounts", 4],
      ["games", 1],
      ["games", 2],
    ]);
  });

  it("undoes a migration that fails, whole", () => {
    const database = new Database(":memory:", { strict: true });
    expect(() => migrate(database, "games", ["CREATE TABLE rooms (id TEXT)", "nonsense"])).toThrow();
    expect(database.query("SELECT count(*) FROM migrations").values()).toEqual([[0]]);
    migrate(database, "games", ["CREATE TABLE rooms (id TEXT)"]);
  });

  it("refuses a file that a newer version has written", () => {
    const database = new Database(":memory:", { strict: true });
    migrate(
      database,
      "accounts",
      Array.from({ length: 99 }, (_, n) => `CREATE TABLE later_${n} (id TEXT)`),
    );
    expect(() => openSqliteAccountsStore(database)).toThrow(/newer version/);
  });
});
