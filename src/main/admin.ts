/** `npm run admin -- …`: roles, bans and removal (design §5). It writes; the running platform tells everybody. */
import { SQL } from "bun";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, readConfig } from "./config.ts";
import { administer, adminUsage } from "../accounts/index.ts";
import { openPostgresAccountsStore } from "../accounts/store/postgres.ts";
import { openSqliteAccountsStore } from "../accounts/store/sqlite.ts";
import type { AccountsStore } from "../accounts/index.ts";

/** The accounts of the installation that the environment names: a cluster's, or those of a folder. */
function openAccounts(): { readonly store: AccountsStore; close(): Promise<void> } {
  const { databaseUrl, dataDir } = readConfig("admin", process.env);
  if (databaseUrl !== null) {
    const sql = new SQL(databaseUrl, { max: 1 });
    return { store: openPostgresAccountsStore(sql), close: () => sql.close() };
  }
  const file = join(dataDir, "accounts.sqlite");
  if (!existsSync(file)) {
    throw new ConfigError(
      `There are no accounts in ${dataDir}: set DATA_DIR, or DATABASE_URL for a cluster.`,
    );
  }
  const store = openSqliteAccountsStore(file);
  return { store, close: () => store.close() };
}

async function run(words: readonly string[]): Promise<number> {
  if (words.length === 0 || words.includes("--help")) {
    console.error(adminUsage);
    return 2;
  }
  try {
    const accounts = openAccounts();
    try {
      const { exitCode, sentence } = await administer(accounts.store, words);
      (exitCode === 0 ? console.log : console.error)(sentence);
      return exitCode;
    } finally {
      await accounts.close();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

process.exit(await run(process.argv.slice(2)));
