import type { AccountDirectory, Person } from "./port.ts";
import type { AccountsStore, User } from "./store/port.ts";

export function createDirectory(store: Pick<AccountsStore, "usersByIds">): AccountDirectory {
  return {
    async userById(userId) {
      const [user] = await store.usersByIds([userId]);
      return user === undefined ? null : personOf(user);
    },
    async usersByIds(userIds) {
      const users = await store.usersByIds(userIds);
      return new Map(users.map((user) => [user.userId, personOf(user)]));
    },
  };
}

function personOf({ userId, username, role }: User): Person {
  return { userId, username, guest: role === "guest" };
}
