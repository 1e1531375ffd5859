/** What the one who runs a platform can do to accounts, in the words of the command line. */
import { Check } from "typebox/value";
import { foldName } from "./names.ts";
import { SessionIdSchema, UserIdSchema, asSessionId, asUserId } from "../protocol/index.ts";
import type { AccountsStore } from "./store/port.ts";

export const adminUsage = `npm run admin -- COMMAND NAME
  grant NAME          makes a member an admin, who may write to anyone
  revoke NAME         makes an admin a member like others again
  ban NAME            ends all sessions and games of a member or guest, and lets nobody sign in as NAME
  unban NAME          lets them come back
  remove NAME --yes   deletes the account: games are forfeited, friends parted, the name is never given again
  end-session USER_ID SID
                      closes the sockets of a session that another application began (docs/integrating.md)`;

export interface AdminOutcome {
  /** 0: done; 1: not possible; 2: not understood. */
  readonly exitCode: 0 | 1 | 2;
  readonly sentence: string;
}

type Store = Pick<AccountsStore, "accountByName" | "setRole" | "setStatus" | "tellSessionEnd">;

const commands = new Set(["grant", "revoke", "ban", "unban", "remove"]);

/** @param words as they stand on the command line */
export async function administer(store: Store, words: readonly string[]): Promise<AdminOutcome> {
  const [command = "", name = "", ...rest] = words;
  if (command === "end-session") return endSession(store, name, rest);
  const isSure = rest.length === 1 && rest[0] === "--yes" && command === "remove";
  if (!commands.has(command) || name === "" || (rest.length > 0 && !isSure)) {
    return { exitCode: 2, sentence: adminUsage };
  }
  const account = await store.accountByName(foldName(name));
  if (account === null) return impossible(`There is nobody called ${name}.`);
  const { user, status } = account;
  const { userId, username } = user;
  switch (command) {
    case "grant":
    case "revoke": {
      if (user.role === "guest") return impossible(`${username} is a guest: guests cannot be admins.`);
      const role = command === "grant" ? "admin" : "user";
      if (user.role === role)
        return done(`${username} is ${role === "admin" ? "an admin" : "no admin"} already.`);
      await store.setRole(userId, role);
      return done(role === "admin" ? `${username} is an admin now.` : `${username} is no admin any more.`);
    }
    case "ban":
      if (status === "banned") return done(`${username} is banned already.`);
      await store.setStatus(userId, "banned");
      return done(`${username} is banned: sessions and games have ended.`);
    case "unban":
      if (status === "active") return done(`${username} is not banned.`);
      await store.setStatus(userId, "active");
      return done(`${username} may come back.`);
    default:
      if (!isSure) return impossible(`This cannot be undone: npm run admin -- remove ${name} --yes`);
      await store.setStatus(userId, "removed");
      return done(`${username} is removed; the name is not given again.`);
  }
}

async function endSession(store: Store, userId: string, rest: readonly string[]): Promise<AdminOutcome> {
  const [sid = ""] = rest;
  const isUnderstood = rest.length === 1 && Check(UserIdSchema, userId) && Check(SessionIdSchema, sid);
  if (!isUnderstood) return { exitCode: 2, sentence: adminUsage };
  await store.tellSessionEnd({ userId: asUserId(userId), sid: asSessionId(sid) });
  return done(`The session ${sid} of ${userId} is over: its sockets are closed.`);
}

function done(sentence: string): AdminOutcome {
  return { exitCode: 0, sentence };
}

function impossible(sentence: string): AdminOutcome {
  return { exitCode: 1, sentence };
}
