import { Database } from "bun:sqlite";
import { friendsStoreContract } from "./contract.ts";
import { openSqliteFriendsStore } from "./sqlite.ts";
import { openSqliteAccountsStore } from "../sqlite.ts";

friendsStoreContract("SQLite", async () => {
  const database = new Database(":memory:", { strict: true });
  const accounts = openSqliteAccountsStore(database);
  return { accounts, friends: [openSqliteFriendsStore(database), openSqliteFriendsStore(database)] };
});
