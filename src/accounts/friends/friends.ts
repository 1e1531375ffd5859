/** Friends, requests and blocks, as a person handles them (G7, design §6). */
import type { PairAction } from "./pair.ts";
import { createAttemptCounter, type AttemptLimit } from "../attempt-limits.ts";
import { foldName } from "../names.ts";
import type { Relations } from "../port.ts";
import type { FriendsStore, PairChange, RelatedPerson } from "../store/friends/port.ts";
import type { AccountsStore, User } from "../store/port.ts";
import type { FriendStatus, Rejection, UserId } from "../../protocol/index.ts";

export interface Friend extends RelatedPerson {
  readonly status: FriendStatus;
  /** Messages of hers that this person has not read. */
  readonly unread: number;
}

export interface Friends extends Relations {
  /** Asks whoever has this name; one who has asked already is accepted. Null: done, or there was nothing to do. */
  ask(asker: User, username: string): Promise<Rejection | null>;
  /** Everything else that one person can make of another. Null: done, or there was nothing to do. */
  change(actor: User, other: UserId, action: Exclude<PairAction, "ask">): Promise<Rejection | null>;
  friendsOf(userId: UserId): Promise<readonly Friend[]>;
  requestsOf: FriendsStore["requestsOf"];
  blockedBy: FriendsStore["blockedBy"];
}

export interface FriendsParts {
  readonly accounts: Pick<AccountsStore, "memberByName">;
  readonly store: FriendsStore;
  /** In the order of `userIds`. */
  statusesOf(userIds: readonly UserId[]): Promise<readonly FriendStatus[]>;
  /** By who wrote; who is absent wrote nothing that is unread. */
  unreadOf(userId: UserId): Promise<ReadonlyMap<UserId, number>>;
  /** Has what was just saved told at once; where that fails it is told later. */
  tell(): Promise<void>;
  /** Milliseconds since 1970. */
  now(): number;
  readonly requestLimit?: AttemptLimit;
  readonly changeLimit?: AttemptLimit;
}

/** Requests of one person: a new member may ask a whole class, a flood is stopped. */
const defaultRequestLimit: AttemptLimit = { burst: 30, refillMs: 20_000 };

/** Answers, removals and blocks of one person: each is written to disk, and a block puts a name on her list. */
const defaultChangeLimit: AttemptLimit = { burst: 100, refillMs: 2_000 };

export function createFriends(parts: FriendsParts): Friends {
  const { accounts, store, statusesOf, unreadOf, tell, now } = parts;
  const requests = createAttemptCounter(parts.requestLimit ?? defaultRequestLimit, now);
  const changes = createAttemptCounter(parts.changeLimit ?? defaultChangeLimit, now);

  async function change(actor: User, other: UserId, action: PairAction): Promise<Rejection | null> {
    if (actor.role === "guest") return guestsHaveNone;
    if (actor.userId === other) return thatIsYou;
    const waitMs = changes.take(actor.userId);
    if (waitMs > 0) return { code: "RATE_LIMITED", retryAfterMs: waitMs };
    const outcome = await store.change(actor.userId, other, action, now());
    if (!outcome.ok) return refusalOf(outcome);
    await tell();
    return null;
  }

  return {
    async ask(asker, username) {
      if (asker.role === "guest") return guestsHaveNone;
      const waitMs = requests.take(asker.userId);
      if (waitMs > 0) return { code: "RATE_LIMITED", retryAfterMs: waitMs };
      const member = await accounts.memberByName(foldName(username));
      if (member === null) return { code: "USER_NOT_FOUND", field: "username" };
      return change(asker, member.user.userId, "ask");
    },
    change,
    async friendsOf(userId) {
      const friends = await store.friendsOf(userId);
      const [statuses, unread] = await Promise.all([
        statusesOf(friends.map((friend) => friend.userId)),
        unreadOf(userId),
      ]);
      return friends.map((friend, index) => ({
        ...friend,
        status: statuses[index] ?? "offline",
        unread: unread.get(friend.userId) ?? 0,
      }));
    },
    requestsOf: (userId) => store.requestsOf(userId),
    blockedBy: (userId) => store.blockedBy(userId),
    async relationOf(one, other) {
      const { friendsSince, own, other: theirs } = await store.pairOf(one, other);
      return {
        areFriends: friendsSince !== null,
        isBlocked: own.blockedAt !== null || theirs.blockedAt !== null,
      };
    },
  };
}

const guestsHaveNone: Rejection = {
  code: "FORBIDDEN",
  message: "Guests have no list of friends: register to have one.",
};

const thatIsYou: Rejection = {
  code: "INVALID_FIELD",
  field: "username",
  message: "That is you: choose somebody else.",
};

function refusalOf(outcome: Extract<PairChange, { ok: false }>): Rejection {
  switch (outcome.reason) {
    case "blocked":
      return {
        code: "FORBIDDEN",
        message: "You have blocked this person: unblock them first, then ask.",
      };
    case "no_request":
      return { code: "USER_NOT_FOUND", message: "This person's request is not open any more." };
    case "unknown":
      return { code: "USER_NOT_FOUND" };
  }
}
