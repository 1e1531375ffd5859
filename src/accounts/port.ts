/** What chat and games may ask accounts for. */
import type { UserId } from "../protocol/index.ts";

export interface Person {
  readonly userId: UserId;
  /** As it is shown. */
  readonly username: string;
  /** True for people who play without an account: say so beside the name, everywhere. */
  readonly guest: boolean;
}

export interface AccountDirectory {
  /** Null for visitors and for ids that nobody has. */
  userById(userId: UserId): Promise<Person | null>;
  /** Those of `userIds` that exist; the others are absent. */
  usersByIds(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Person>>;
}

/** What lies between two people, as services ask it (G7). */
export interface Relation {
  readonly areFriends: boolean;
  /** Either of them has blocked the other. Whoever is told no more than NOT_FRIENDS must not learn it. */
  readonly isBlocked: boolean;
}

export interface Relations {
  /** Symmetric. For ids that nobody has: neither friends nor blocked. */
  relationOf(one: UserId, other: UserId): Promise<Relation>;
}
