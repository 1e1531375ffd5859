/** The public face of accounts. Adapters of the store (store/sqlite.ts) are for `main` alone. */
export {
  createAccounts,
  defaultAccountLimits,
  type AccountLimits,
  type Accounts,
  type AccountsParts,
  type Credentials,
  type Origin,
  type SignInResult,
  type SocketTokenBearer,
} from "./accounts.ts";
export { addressGroup, createAttemptCounter, type AttemptLimit } from "./attempt-limits.ts";
export {
  ensureKeyPair,
  KeyFileError,
  loadPublicKeys,
  loadSigningKey,
  type PublicKey,
  type SigningKey,
} from "./keys.ts";
export { dropOldKeys, keysIn, makeNextKey, useNextKey, type KeyInFolder } from "./key-rotation.ts";
export {
  createPasswordHasher,
  defaultHashingCost,
  type HashingCost,
  type PasswordHasher,
} from "./passwords.ts";
export { administer, adminUsage, type AdminOutcome } from "./administration.ts";
export { createFriendPresence, type FriendPresence } from "./friends/friend-presence.ts";
export { createFriends, type Friend, type Friends } from "./friends/friends.ts";
export { createOutbox, type Outbox } from "./outbox.ts";
export type { AccountDirectory, Person, Relation, Relations } from "./port.ts";
export type { FriendsStore } from "./store/friends/port.ts";
export { sessionLifeMs, type AccountsEvents, type CurrentSession, type SessionGrant } from "./sessions.ts";
export type { AccountsStore, User, UserRole } from "./store/port.ts";
export { maxTokenLifeMs, rolesOf, tokenAudience, tokenIssuer, type SocketToken } from "./tokens.ts";
