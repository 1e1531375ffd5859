/** The embedded platform as another application starts it: with its own users, friends and blocks. */
import { startEmbedded } from "../../src/main/embedded.ts";
import type { People } from "../../src/main/platform.ts";
import { runUntilSignal } from "../../src/main/run.ts";
import { asUserId, type UserId } from "../../src/protocol/index.ts";

const names = new Map<UserId, string>([
  [asUserId("10000000001"), "Ada"],
  [asUserId("10000000002"), "Brook"],
  [asUserId("10000000003"), "Cleo"],
]);
const friends = new Set(["10000000001 10000000002"]);

const people: People = {
  directory: {
    async userById(userId) {
      const username = names.get(userId);
      return username === undefined ? null : { userId, username, guest: false };
    },
    async usersByIds(userIds) {
      const found = await Promise.all(userIds.map((userId) => people.directory.userById(userId)));
      return new Map(found.filter((person) => person !== null).map((person) => [person.userId, person]));
    },
  },
  relations: {
    async relationOf(one, other) {
      return { areFriends: friends.has([one, other].toSorted().join(" ")), isBlocked: false };
    },
  },
};

await runUntilSignal("embedded", (config, logger) => startEmbedded(config, logger, people));
