import { afterAll, beforeAll, describe } from "bun:test";
import { friendsStoreContract } from "./contract.ts";
import { openPostgresFriendsStore } from "./postgres.ts";
import { openPostgresAccountsStore, postgresAccountsMigrations } from "../postgres.ts";
import { migratePostgres } from "../../../engines/postgres-migrations.ts";
import { runningEngines } from "../../../../tests/cluster/engines.ts";
import { createTestDatabase, type TestDatabase } from "../../../../tests/cluster/postgres-database.ts";

const engines = runningEngines();

describe.skipIf(engines === null)("on a real server", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase(engines?.databaseUrl ?? "");
    await migratePostgres(database.sql, [postgresAccountsMigrations]);
  });
  afterAll(() => database.drop());

  friendsStoreContract("PostgreSQL", async () => {
    const { sql } = database;
    await sql`TRUNCATE users, name_looks, sign_in_sessions, outbox, pairs RESTART IDENTITY`;
    return {
      accounts: openPostgresAccountsStore(sql),
      friends: [openPostgresFriendsStore(sql), openPostgresFriendsStore(sql)],
    };
  });
});
