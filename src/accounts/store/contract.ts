/** What every store of accounts must do (port.ts). Each adapter runs this suite on the real engine. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { asSessionId, asUserId } from "../../protocol/index.ts";
import type { AccountsStore, NewSession, NewUser, User } from "./port.ts";

/** `open` gives an empty store. */
export function accountsStoreContract(name: string, open: () => Promise<AccountsStore>): void {
  describe(`accounts store on ${name}`, () => {
    let store: AccountsStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    async function create(
      user: NewUser,
      session = newSession(),
      replaced: string | null = null,
    ): Promise<User> {
      const result = await store.createUser(user, session, replaced);
      if (!result.ok) throw new Error(`${user.name.username} was refused: ${result.reason}`);
      return result.user;
    }

    describe("people", () => {
      it("keeps a member under a decimal id, and finds her by the folded name", async () => {
        const jane = await create(member("Jane"));
        expect(jane).toEqual({ userId: jane.userId, username: "Jane", role: "user" });
        expect(jane.userId).toMatch(/^[0-9]+$/);
        expect(await store.memberByName("jane")).toEqual({
          user: jane,
          passwordHash: "hash of Jane",
          status: "active",
        });
      });

      it("does not find a guest as a member: guests have no password", async () => {
        const guest = await create(visitingGuest("kim"));
        expect(guest.role).toBe("guest");
        expect(await store.memberByName("kim")).toBeNull();
      });

      it("lets exactly one of twenty take a name in the same moment", async () => {
        const racers = Array.from({ length: 20 }, (_, n) =>
          store.createUser(n % 2 === 0 ? member("jane") : visitingGuest("jane"), newSession(), null),
        );
        const results = await Promise.all(racers);
        expect(results.filter((result) => result.ok)).toHaveLength(1);
      });

      it("refuses a name that shares one look with another, and keeps nothing of it", async () => {
        await create(member("lan"));
        const imitator = member("Ian", ["lan", "ian"]);
        const session = newSession();
        expect(await store.createUser(imitator, session, null)).toEqual({
          ok: false,
          reason: "username_taken",
        });
        expect(await store.memberByName("ian")).toBeNull();
        expect(await store.sessionBySecretHash(session.secretHash, noon)).toBeNull();
        expect(await store.areLooksFree(["ian"], noon, null)).toBe(true);
      });

      it("says which looks are free", async () => {
        await create(member("jane"));
        expect(await store.areLooksFree(["jane"], noon, null)).toBe(false);
        expect(await store.areLooksFree(["jim", "jane"], noon, null)).toBe(false);
        expect(await store.areLooksFree(["jim"], noon, null)).toBe(true);
      });

      it("frees a guest's name when the guest's last session is ended", async () => {
        const session = newSession();
        const former = await create(visitingGuest("kim"), session);
        expect(await store.areLooksFree(["kim"], noon, null)).toBe(false);
        await store.endSession(session.secretHash);
        expect(await store.areLooksFree(["kim"], noon, null)).toBe(true);
        const later = await create(member("kim"));
        expect(later.userId).not.toBe(former.userId);
        expect(await store.usersByIds([former.userId])).toEqual([former]);
      });

      it("frees a guest's name when the guest's last session runs out", async () => {
        await create(visitingGuest("kim"), newSession({ expiresAt: noon + 1000 }));
        expect(await store.areLooksFree(["kim"], noon + 999, null)).toBe(false);
        expect(await store.areLooksFree(["kim"], noon + 1000, null)).toBe(true);
        await create({ ...member("kim"), createdAt: noon + 1000 });
      });

      it("keeps a member's name when she is signed out everywhere", async () => {
        const session = newSession();
        await create(member("jane"), session);
        await store.endSession(session.secretHash);
        expect(await store.areLooksFree(["jane"], noon, null)).toBe(false);
      });

      it("lets a guest register under the same name, and ends the guest's session with it", async () => {
        const guestSession = newSession();
        const guest = await create(visitingGuest("kim"), guestSession);
        const { secretHash, sid } = guestSession;
        expect(await store.areLooksFree(["kim"], noon, secretHash)).toBe(true);
        const result = await store.createUser(member("kim"), newSession(), secretHash);
        expect(result).toMatchObject({ ok: true, ended: { sid, userId: guest.userId } });
        expect(await store.sessionBySecretHash(secretHash, noon)).toBeNull();
      });

      it("leaves the replaced session alone where the new name is refused", async () => {
        await create(member("jane"));
        const session = newSession();
        await create(member("jim"), session);
        await store.createUser(member("jane"), newSession(), session.secretHash);
        expect(await store.sessionBySecretHash(session.secretHash, noon)).not.toBeNull();
      });

      it("answers those of a list of people who exist, and passes over visitors and nonsense", async () => {
        const jane = await create(member("jane"));
        const kim = await create(visitingGuest("kim"));
        const asked = [kim.userId, jane.userId, "99999", "v-0", "9999999999999999999", "01", "1e0"].map(
          asUserId,
        );
        const found = await store.usersByIds(asked);
        expect([...found].sort((a, b) => a.username.localeCompare(b.username))).toEqual([jane, kim]);
        expect(await store.usersByIds([])).toEqual([]);
      });
    });

    describe("sign-in sessions", () => {
      it("finds a living session and its person by the secret's hash", async () => {
        const jane = await create(member("jane"));
        const { secretHash, ...session } = newSession();
        await store.addSession(jane.userId, { ...session, secretHash }, 20);
        expect(await store.sessionBySecretHash(secretHash, noon)).toEqual({ session, user: jane });
        expect(await store.sessionBySecretHash("another", noon)).toBeNull();
      });

      it("does not find a session from the moment at which it ends", async () => {
        const session = newSession({ expiresAt: noon + 1000 });
        await create(member("jane"), session);
        expect(await store.sessionBySecretHash(session.secretHash, noon + 999)).not.toBeNull();
        expect(await store.sessionBySecretHash(session.secretHash, noon + 1000)).toBeNull();
      });

      it("moves a session's end", async () => {
        const session = newSession({ expiresAt: noon + 1000 });
        await create(member("jane"), session);
        await store.extendSession(session.sid, noon + 500, noon + 2000);
        const found = await store.sessionBySecretHash(session.secretHash, noon + 1500);
        expect(found?.session).toMatchObject({ lastSeenAt: noon + 500, expiresAt: noon + 2000 });
      });

      it("does not bring an ended session back by moving its end", async () => {
        const session = newSession();
        await create(member("jane"), session);
        await store.endSession(session.secretHash);
        await store.extendSession(session.sid, noon, noon + 2000);
        expect(await store.sessionBySecretHash(session.secretHash, noon)).toBeNull();
      });

      it("gives an ended session to exactly one of those who end it", async () => {
        const session = newSession();
        const jane = await create(member("jane"), session);
        const ends = await Promise.all([1, 2, 3].map(() => store.endSession(session.secretHash)));
        expect(ends.filter((ended) => ended !== null)).toEqual([{ sid: session.sid, userId: jane.userId }]);
      });

      it("writes down that a session ended, with its end, until it has been told", async () => {
        const [first, second] = [newSession(), newSession()];
        const jane = await create(member("jane"), first);
        await store.addSession(jane.userId, second, 20);
        await Promise.all([1, 2].map(() => store.endSession(first.secretHash)));
        await store.createUser(member("joan"), newSession(), second.secretHash);
        await store.createUser(member("jane"), newSession(), second.secretHash);
        const entries = await store.outbox(10);
        expect(entries.map(({ event }) => event)).toEqual([
          { kind: "session_revoked", sid: first.sid, userId: jane.userId },
          { kind: "session_revoked", sid: second.sid, userId: jane.userId },
        ]);
        const [oldest] = entries;
        expect(await store.outbox(1)).toEqual(oldest === undefined ? [] : [oldest]);
        await store.removeFromOutbox([oldest?.id ?? 0]);
        expect(await store.outbox(10)).toEqual(entries.slice(1));
      });

      it("writes down the end of a session that another application began, of whom it knows nothing", async () => {
        const ended = { sid: newSession().sid, userId: asUserId("10000000001") };
        await store.tellSessionEnd(ended);
        expect((await store.outbox(10)).map(({ event }) => event)).toEqual([
          { kind: "session_revoked", ...ended },
        ]);
      });

      it("ends the oldest where a person has too many, and tells it", async () => {
        const [first, second, third] = [
          newSession({ createdAt: noon }),
          newSession({ createdAt: noon + 1 }),
          newSession({ createdAt: noon + 2 }),
        ];
        const jane = await create(member("jane"), second);
        expect(await store.addSession(jane.userId, third, 2)).toEqual([]);
        const ended = [{ sid: second.sid, userId: jane.userId }];
        expect(await store.addSession(jane.userId, first, 2)).toEqual(ended);
        const found = await Promise.all(
          [first, second, third].map(({ secretHash }) => store.sessionBySecretHash(secretHash, noon)),
        );
        expect(found.map((each) => each !== null)).toEqual([true, false, true]);
        expect((await store.outbox(10)).map(({ event }) => event)).toEqual([
          { kind: "session_revoked", sid: second.sid, userId: jane.userId },
        ]);
      });

      it("forgets the sessions that are over, and no others", async () => {
        const over = newSession({ expiresAt: noon });
        const alive = newSession({ expiresAt: noon + 1 });
        const jane = await create(member("jane"), over);
        await store.addSession(jane.userId, alive, 20);
        await store.removeExpiredSessions(noon);
        expect(await store.endSession(over.secretHash)).toBeNull();
        expect(await store.endSession(alive.secretHash)).not.toBeNull();
      });
    });

    describe("roles, bans and removal", () => {
      const told = async () => (await store.outbox(100)).map(({ event }) => event);

      it("gives a member another role, and tells it", async () => {
        const jane = await create(member("jane"));
        await store.setRole(jane.userId, "admin");
        expect((await store.memberByName("jane"))?.user.role).toBe("admin");
        expect(await told()).toEqual([
          {
            kind: "account_changed",
            userId: jane.userId,
            username: "jane",
            role: "admin",
            status: "active",
          },
        ]);
      });

      it("makes no admin of a guest", async () => {
        const kim = await create(visitingGuest("kim"));
        await store.setRole(kim.userId, "admin");
        expect(await store.usersByIds([kim.userId])).toEqual([kim]);
      });

      it("ends the sessions of somebody who is banned, lets none begin, and takes a ban back", async () => {
        const [first, second, later] = [newSession(), newSession(), newSession()];
        const jane = await create(member("jane"), first);
        await store.addSession(jane.userId, second, 20);
        await store.setStatus(jane.userId, "banned");
        for (const { secretHash } of [first, second]) {
          expect(await store.sessionBySecretHash(secretHash, noon)).toBeNull();
        }
        await store.addSession(jane.userId, later, 20);
        expect(await store.sessionBySecretHash(later.secretHash, noon)).toBeNull();
        expect(await store.memberByName("jane")).toMatchObject({ status: "banned" });
        expect(await store.accountByName("jane")).toEqual({ user: jane, status: "banned" });
        const events = await told();
        expect(events.filter(({ kind }) => kind === "session_revoked")).toHaveLength(2);
        expect(events.at(-1)).toMatchObject({ kind: "account_changed", status: "banned" });
        await store.setStatus(jane.userId, "active");
        expect(await store.sessionBySecretHash(later.secretHash, noon)).not.toBeNull();
      });

      it("forgets who is removed, and never gives the name again", async () => {
        const session = newSession();
        const jane = await create(member("jane"), session);
        await store.setStatus(jane.userId, "removed");
        expect(await store.memberByName("jane")).toBeNull();
        expect(await store.accountByName("jane")).toBeNull();
        expect(await store.usersByIds([jane.userId])).toEqual([
          { userId: jane.userId, username: "deleted user", role: "user" },
        ]);
        expect(await store.sessionBySecretHash(session.secretHash, noon)).toBeNull();
        expect(await store.areLooksFree(["jane"], noon, null)).toBe(false);
        expect(await store.createUser(member("Jane"), newSession(), null)).toMatchObject({ ok: false });
        expect(await store.createUser(visitingGuest("jane"), newSession(), null)).toMatchObject({
          ok: false,
        });
        expect((await told()).at(-1)).toMatchObject({ kind: "account_changed", status: "removed" });
      });

      it("finds a guest by name too, the newest of that name", async () => {
        await create(visitingGuest("kim"), newSession({ expiresAt: noon }));
        const kim = await create(visitingGuest("kim"));
        expect(await store.accountByName("kim")).toEqual({ user: kim, status: "active" });
        await store.setStatus(kim.userId, "removed");
        expect(await store.usersByIds([kim.userId])).toMatchObject([{ username: "deleted user" }]);
      });
    });
  });
}

const noon = Date.UTC(2026, 0, 1, 12);

function member(username: string, looks: readonly string[] = [username.toLowerCase()]): NewUser {
  const name = { username, folded: username.toLowerCase(), looks };
  return { kind: "member", name, passwordHash: `hash of ${username}`, createdAt: noon };
}

function visitingGuest(username: string): NewUser {
  return { kind: "guest", name: { username, folded: username, looks: [username] }, createdAt: noon };
}

let sessionCount = 0;

function newSession(changes: Partial<NewSession> = {}): NewSession {
  sessionCount += 1;
  return {
    sid: asSessionId(`sid-${sessionCount}`),
    secretHash: `secret hash ${sessionCount}`,
    createdAt: noon,
    lastSeenAt: noon,
    expiresAt: noon + 3_600_000,
    ...changes,
  };
}
