/** The catalogue in PostgreSQL (plan §4.2): a cluster's. */
import type { SQL } from "bun";
import type { CatalogueStore } from "../catalogue.ts";
import type { GameType } from "../face.ts";
import type { Migrations } from "../../engines/postgres-migrations.ts";
import { readAgain } from "../../engines/postgres.ts";

export const postgresCatalogueMigrations: Migrations = {
  component: "catalogue",
  steps: [
    `CREATE TABLE game_types (
       id SERIAL PRIMARY KEY,
       slug VARCHAR(50) UNIQUE NOT NULL,
       name VARCHAR(100) NOT NULL,
       description TEXT,
       min_players INTEGER NOT NULL DEFAULT 2,
       max_players INTEGER NOT NULL DEFAULT 2,
       thumbnail_url VARCHAR(255),
       is_active BOOLEAN NOT NULL DEFAULT true,
       created_at TIMESTAMPTZ NOT NULL DEFAULT NOW());`,
  ],
};

interface Row {
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly min_players: number;
  readonly max_players: number;
  readonly thumbnail_url: string | null;
}

/** On a database that `migratePostgres` has brought up to date; `close` leaves the connections to their owner. */
export function openPostgresCatalogue(sql: SQL): CatalogueStore {
  return {
    async seed(games) {
      for (const { slug, name, description, minPlayers, maxPlayers, thumbnailUrl } of games) {
        await sql`
          INSERT INTO game_types (slug, name, description, min_players, max_players, thumbnail_url)
          VALUES (${slug}, ${name}, ${description}, ${minPlayers}, ${maxPlayers}, ${thumbnailUrl})
          ON CONFLICT (slug) DO NOTHING`;
      }
    },
    async active() {
      const rows = await readAgain(
        async () => (await sql`SELECT * FROM game_types WHERE is_active ORDER BY id`) as Row[],
      );
      return rows.map((row): GameType => ({
        slug: row.slug,
        name: row.name,
        description: row.description ?? "",
        minPlayers: row.min_players,
        maxPlayers: row.max_players,
        thumbnailUrl: row.thumbnail_url,
      }));
    },
    close: () => Promise.resolve(),
  };
}
