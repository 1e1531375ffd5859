/**
 * A lobby message on PostgreSQL with a thousand kept: our trim, by the number of the one that is too many, beside the
 * plan's, which looks for a thousand ids at each insert. The same statements otherwise, one after the other.
 *
 *   npm run engines -- up && npm run bench -- trim [seconds]
 */
import type { SQL } from "bun";
import { describeMachine, summary } from "./machine.ts";
import { createTestDatabase } from "../tests/cluster/postgres-database.ts";
import { runningEngines } from "../tests/cluster/engines.ts";
import { keptMessages } from "../src/chat/store/lobby/port.ts";
import { postgresLobbyMigrations } from "../src/chat/store/lobby/postgres.ts";
import { migratePostgres } from "../src/engines/postgres-migrations.ts";

const users = "CREATE TABLE users (id INTEGER PRIMARY KEY); INSERT INTO users VALUES (1);";

/** Plan §3.3, with its index made apart. */
const planned = `
  CREATE TABLE planned_messages (
    id BIGSERIAL PRIMARY KEY, lobby_id VARCHAR(100) NOT NULL, sender_id INTEGER NOT NULL REFERENCES users (id),
    content TEXT NOT NULL, sent_at TIMESTAMPTZ NOT NULL DEFAULT NOW());
  CREATE INDEX ON planned_messages (lobby_id, sent_at DESC);
  CREATE FUNCTION planned_insert(p_lobby_id VARCHAR, p_sender_id INTEGER, p_content TEXT) RETURNS BIGINT
  LANGUAGE plpgsql AS $$
  DECLARE new_id BIGINT;
  BEGIN
    INSERT INTO planned_messages (lobby_id, sender_id, content) VALUES (p_lobby_id, p_sender_id, p_content)
      RETURNING id INTO new_id;
    DELETE FROM planned_messages WHERE lobby_id = p_lobby_id AND id NOT IN (
      SELECT id FROM planned_messages WHERE lobby_id = p_lobby_id ORDER BY sent_at DESC LIMIT ${keptMessages});
    RETURN new_id;
  END $$;`;

export async function benchTrim(seconds = 5): Promise<void> {
  const engines = runningEngines();
  if (engines === null) throw new Error("No engines are up: npm run engines -- up");
  console.log(`a lobby message with ${keptMessages} kept, PostgreSQL: ${describeMachine()}`);
  const database = await createTestDatabase(engines.databaseUrl);
  try {
    const { sql } = database;
    await migratePostgres(sql, [{ component: "bench", steps: [users, planned] }, postgresLobbyMigrations]);
    const text = "x".repeat(150);
    const ours = () =>
      sql`SELECT insert_lobby_message('main', 1, ${text}, ${crypto.randomUUID()}::uuid, now())`;
    const plans = () => sql`SELECT planned_insert('main', 1, ${text})`;
    for (const insert of [ours, plans]) for (let n = 0; n < keptMessages; n += 1) await insert();
    console.log(`  by position: ${await measure(ours, seconds)}`);
    console.log(`  by NOT IN:   ${await measure(plans, seconds)}`);
  } finally {
    await database.drop();
  }
}

async function measure(insert: () => SQL.Query<unknown>, seconds: number): Promise<string> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const start = performance.now();
    await insert();
    times.push(performance.now() - start);
  }
  return `${(times.length / seconds).toFixed(0)} a second; ${summary(times)}`;
}
