import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { EngineProblem } from "./engine.ts";
import { migratePostgres } from "./postgres-migrations.ts";
import { connectPostgres, readAgain } from "./postgres.ts";
import { runningEngines } from "../../tests/cluster/engines.ts";
import { createTestDatabase, type TestDatabase } from "../../tests/cluster/postgres-database.ts";

const engines = runningEngines();

async function problem(work: Promise<unknown>): Promise<EngineProblem | null> {
  return work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof EngineProblem) return error;
      throw error;
    },
  );
}

it("says in one line that nobody is there, and keeps the password to itself", async () => {
  const found = await problem(connectPostgres("postgres://blazing:secret@127.0.0.1:1/db"));
  expect(found?.kind).toBe("away");
  expect(found?.message).toStartWith("PostgreSQL: postgres://blazing:***@127.0.0.1:1/db does not answer (");
  expect(found?.message).not.toContain("\n");
});

describe.skipIf(engines === null)("on a real server", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(engines?.databaseUrl ?? "");
  });
  afterAll(() => database.drop());

  const elsewhere = (change: (url: URL) => void): string => {
    const url = new URL(database.url);
    change(url);
    return url.href;
  };

  it("refuses a database and a user that are not there", async () => {
    const noDatabase = elsewhere((url) => (url.pathname = "/nowhere"));
    expect(await problem(connectPostgres(noDatabase))).toMatchObject({ kind: "refused" });
    const noUser = elsewhere((url) => (url.username = "nobody"));
    expect(await problem(connectPostgres(noUser))).toMatchObject({ kind: "refused" });
  });

  it("reads again what the server interrupted", async () => {
    const { sql, close } = await connectPostgres(database.url, { maxConnections: 2 });
    const [me] = (await sql`SELECT pg_backend_pid() AS pid`) as { pid: number }[];
    const slow = readAgain(async () => (await sql`SELECT pg_sleep(0.2), 1 AS one`) as { one: number }[]);
    await database.sql`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'blazing_sun' AND datname = current_database()`;
    expect((await slow)[0]?.one).toBe(1);
    expect(me?.pid).toBeGreaterThan(0);
    await close();
  });

  it("runs each step once, however many start together, and later steps later", async () => {
    const one = { component: "shop", steps: ["CREATE TABLE shelves (id INTEGER PRIMARY KEY)"] };
    const two = {
      ...one,
      steps: [...one.steps, "INSERT INTO shelves VALUES (1); INSERT INTO shelves VALUES (2)"],
    };
    const starts = await Promise.all(
      Array.from({ length: 4 }, () => connectPostgres(database.url, { maxConnections: 1 })),
    );
    await Promise.all(starts.map(({ sql }) => migratePostgres(sql, [one])));
    await Promise.all(starts.map(({ sql }) => migratePostgres(sql, [two])));
    expect((await database.sql`SELECT id FROM shelves`) as unknown[]).toHaveLength(2);
    expect(await problem(migratePostgres(database.sql, [one]))).toMatchObject({ kind: "refused" });
    await Promise.all(starts.map(({ close }) => close()));
  });

  it("leaves nothing of a step that fails", async () => {
    const steps = ["CREATE TABLE cellar (id INTEGER)", "CREATE TABLE cellar (id INTEGER)"];
    expect(migratePostgres(database.sql, [{ component: "cellar", steps }])).rejects.toThrow("already exists");
    const [found] = (await database.sql`SELECT to_regclass('cellar') AS name`) as { name: string | null }[];
    expect(found?.name).toBeNull();
  });
});
