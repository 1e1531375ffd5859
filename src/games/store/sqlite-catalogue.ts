/** The catalogue in SQLite. */
import { Database } from "bun:sqlite";
import type { CatalogueStore } from "../catalogue.ts";
import type { GameType } from "../face.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS game_types (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    min_players INTEGER NOT NULL DEFAULT 2,
    max_players INTEGER NOT NULL DEFAULT 2,
    thumbnail_url TEXT,
    is_active INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
  ) STRICT;
`;

interface Row {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly min_players: number;
  readonly max_players: number;
  readonly thumbnail_url: string | null;
}

/** @param path a file, or `:memory:` */
export function openSqliteCatalogue(path: string): CatalogueStore {
  const database = new Database(path, { create: true, strict: true });
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA busy_timeout = 5000");
  database.run(schema);
  const insert = database.prepare(
    `INSERT OR IGNORE INTO game_types (slug, name, description, min_players, max_players, thumbnail_url)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const select = database.prepare<Row, []>("SELECT * FROM game_types WHERE is_active = 1 ORDER BY id");
  return {
    async seed(games) {
      database.transaction(() => {
        for (const game of games) {
          const { slug, name, description, minPlayers, maxPlayers, thumbnailUrl } = game;
          insert.run(slug, name, description, minPlayers, maxPlayers, thumbnailUrl);
        }
      })();
    },
    async active() {
      return select.all().map((row): GameType => ({
        slug: row.slug,
        name: row.name,
        description: row.description,
        minPlayers: row.min_players,
        maxPlayers: row.max_players,
        thumbnailUrl: row.thumbnail_url,
      }));
    },
    async close() {
      database.close();
    },
  };
}
