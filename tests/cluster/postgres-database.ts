/** A PostgreSQL database of a test's own. */
import { SQL } from "bun";

export interface TestDatabase {
  readonly url: string;
  readonly sql: SQL;
  drop(): Promise<void>;
}

/** @param serverUrl names any database of the server by a user who may create others */
export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  const server = new SQL({ url: serverUrl, adapter: "postgres", max: 1 });
  await server.unsafe(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const sql = new SQL({ url: url.href, adapter: "postgres", max: 8 });
  return {
    url: url.href,
    sql,
    async drop() {
      await sql.close({ timeout: 0 });
      await server.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.close();
    },
  };
}
