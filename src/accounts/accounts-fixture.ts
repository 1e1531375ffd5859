/** Accounts for tests: in memory, with cheap hashing and a clock that stands until it is moved. */
import { Database } from "bun:sqlite";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createAccounts, type AccountsParts } from "./accounts.ts";
import { createPasswordHasher } from "./passwords.ts";
import { createFriends } from "./friends/friends.ts";
import { openSqliteFriendsStore } from "./store/friends/sqlite.ts";
import { openSqliteAccountsStore } from "./store/sqlite.ts";
import type { FriendStatus, UserId } from "../protocol/index.ts";

export function accountsForTest(changes: Partial<AccountsParts> = {}) {
  const clock = { now: Date.UTC(2026, 0, 1, 12) };
  const revoked: { sid: string; userId: string }[] = [];
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const database = new Database(":memory:", { strict: true });
  const store = openSqliteAccountsStore(database);
  const friendsStore = openSqliteFriendsStore(database);
  const statuses = new Map<UserId, FriendStatus>();
  const friends = createFriends({
    accounts: store,
    store: friendsStore,
    statusesOf: (userIds) => Promise.resolve(userIds.map((userId) => statuses.get(userId) ?? "offline")),
    unreadOf: () => Promise.resolve(new Map()),
    tell: () => Promise.resolve(),
    now: () => clock.now,
  });
  const accounts = createAccounts({
    store,
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
  return { accounts, friends, friendsStore, store, statuses, clock, revoked, publicKey };
}
