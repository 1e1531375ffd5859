import { afterAll, beforeAll, describe } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lobbyStoreContract } from "./contract.ts";
import { openPostgresLobbyStore, postgresLobbyMigrations } from "./postgres.ts";
import { openSqliteLobbyStore } from "./sqlite.ts";
import { migratePostgres } from "../../../engines/postgres-migrations.ts";
import { runningEngines } from "../../../../tests/cluster/engines.ts";
import { createTestDatabase, type TestDatabase } from "../../../../tests/cluster/postgres-database.ts";

describe("in SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-lobby-"));
  let count = 0;
  afterAll(() => rmSync(folder, { recursive: true }));
  lobbyStoreContract("SQLite", {
    open: async () => openSqliteLobbyStore(join(folder, `${++count}.sqlite`)),
    openAgain: async () => openSqliteLobbyStore(join(folder, `${count}.sqlite`)),
  });
});

const engines = runningEngines();

describe.skipIf(engines === null)("on a real server", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase(engines?.databaseUrl ?? "");
    const users =
      "CREATE TABLE users (id INTEGER PRIMARY KEY); INSERT INTO users SELECT generate_series(1, 50)";
    await migratePostgres(database.sql, [{ component: "users", steps: [users] }, postgresLobbyMigrations]);
  });
  afterAll(() => database.drop());

  lobbyStoreContract("PostgreSQL", {
    async open() {
      await database.sql`TRUNCATE public_lobbies, public_lobby_messages`;
      return openPostgresLobbyStore(database.sql);
    },
    openAgain: async () => openPostgresLobbyStore(database.sql),
  });
});
