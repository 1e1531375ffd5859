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
