import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { openPostgresCatalogue, postgresCatalogueMigrations } from "./postgres-catalogue.ts";
import { openSqliteCatalogue } from "./sqlite-catalogue.ts";
import type { CatalogueStore } from "../catalogue.ts";
import type { GameType } from "../face.ts";
import { migratePostgres } from "../../engines/postgres-migrations.ts";
import { runningEngines } from "../../../tests/cluster/engines.ts";
import { createTestDatabase, type TestDatabase } from "../../../tests/cluster/postgres-database.ts";

const engines = runningEngines();
const game = (slug: string, name = slug): GameType => ({
  slug,
  name,
  description: `${name}, a game`,
  minPlayers: 2,
  maxPlayers: 2,
  thumbnailUrl: null,
});

function catalogueContract(name: string, open: () => Promise<CatalogueStore>): void {
  describe(`the catalogue: ${name}`, () => {
    it("keeps games in the order in which they were added, and those that are there as they are", async () => {
      const store = await open();
      await store.seed([game("chess"), game("dice")]);
      await Promise.all([store.seed([game("dice", "Other"), game("go")]), store.seed([game("go")])]);
      expect(await store.active()).toEqual([game("chess"), game("dice"), game("go")]);
      await store.close();
    });
  });
}

catalogueContract("SQLite", async () => openSqliteCatalogue(":memory:"));

describe.skipIf(engines === null)("on a real server", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(engines?.databaseUrl ?? "");
    await migratePostgres(database.sql, [postgresCatalogueMigrations]);
  });
  afterAll(() => database.drop());
  catalogueContract("PostgreSQL", async () => openPostgresCatalogue(database.sql));
});
