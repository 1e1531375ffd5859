/** Accounts for tests: in memory, with cheap hashing and a clock that stands until it is moved. */
import { Database } from "bun:sqlite";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createAccounts, type AccountsParts } from "./accounts.ts";
import { createPasswordHasher } from "./passwords.ts";
import { openSqliteAccountsStore } from "./store/sqlite.ts";

export function accountsForTest(changes: Partial<AccountsParts> = {}) {
  const clock = { now: Date.UTC(2026, 0, 1, 12) };
  const revoked: { sid: string; userId: string }[] = [];
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const accounts = createAccounts({
    store: openSqliteAccountsStore(new Database(":memory:", { strict: true })),
    signingKey: { kid: "test", algorithm: "EdDSA", privateKey },
    passwords: createPasswordHasher({ memoryKiB: 8, passes: 1, concurrency: 2, maxWaiting: 200 }),
    events: {
      sessionRevoked: (sid, userId) => {
        revoked.push({ sid, userId });
      },
    },
    now: () => clock.now,
    randomBytes,
    ...changes,
  });
  return { accounts, clock, revoked, publicKey };
}
