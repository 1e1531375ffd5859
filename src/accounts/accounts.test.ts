import { Database } from "bun:sqlite";
import { describe, expect, it } from "bun:test";
import { jwtVerify } from "jose";
import { asUserId } from "../protocol/index.ts";
import { accountsForTest } from "./accounts-fixture.ts";
import type { SignInResult } from "./accounts.ts";
import { sessionLifeMs } from "./sessions.ts";
import { openSqliteAccountsStore } from "./store/sqlite.ts";

const password = "correct horse";
const home = { address: "203.0.113.7" };
const hour = 3_600_000;

function granted(result: SignInResult) {
  if (!result.ok) throw new Error(`refused: ${result.rejection.code} ${result.rejection.message ?? ""}`);
  return result;
}

const codeOf = (result: SignInResult): string => (result.ok ? "ok" : result.rejection.code);

describe("registering", () => {
  it("makes a user who is signed in at once", async () => {
    const { accounts } = accountsForTest();
    const { user, session } = granted(await accounts.register({ username: "Jane", password }, home));
    expect(user).toMatchObject({ username: "Jane", role: "user" });
    expect(await accounts.sessionOf(session.secret)).toMatchObject({ user, sid: session.sid });
  });

  it("lets one of twenty have a name in one moment, and tells the nineteen", async () => {
    const { accounts } = accountsForTest();
    const racers = Array.from({ length: 20 }, () => accounts.register({ username: "jane", password }, home));
    const codes = (await Promise.all(racers)).map(codeOf).sort();
    expect(codes).toEqual([...Array.from({ length: 19 }, () => "USERNAME_TAKEN"), "ok"]);
  });

  it("lets nobody have a name that can be taken for another's, member or guest", async () => {
    const { accounts } = accountsForTest();
    granted(await accounts.register({ username: "jane", password }, home));
    granted(await accounts.playAsGuest("lan", home));
    for (const username of ["Jane", "jane ", "ｊａｎｅ", "ＪＡＮＥ", "Ian", "1an"]) {
      expect(codeOf(await accounts.register({ username, password }, home))).toBe("USERNAME_TAKEN");
      expect(codeOf(await accounts.playAsGuest(username, home))).toBe("USERNAME_TAKEN");
    }
  });

  it("says which field is wrong", async () => {
    const { accounts } = accountsForTest();
    expect(await accounts.register({ username: "jo", password }, home)).toMatchObject({
      rejection: { code: "INVALID_FIELD", field: "username" },
    });
    expect(await accounts.register({ username: "jane", password: "short" }, home)).toMatchObject({
      rejection: { code: "INVALID_FIELD", field: "password" },
    });
  });

  it("lets a guest become a member of the same name; the guest's session ends", async () => {
    const { accounts, revoked } = accountsForTest();
    const guest = granted(await accounts.playAsGuest("kim", home));
    const origin = { ...home, formerSecret: guest.session.secret };
    const member = granted(await accounts.register({ username: "kim", password }, origin));
    expect(member.user.userId).not.toBe(guest.user.userId);
    expect(revoked).toEqual([{ sid: guest.session.sid, userId: guest.user.userId }]);
  });
});

describe("signing in", () => {
  it("takes the name in any case and either composition, and the password likewise", async () => {
    const { accounts } = accountsForTest();
    granted(await accounts.register({ username: "Zo\u00e9", password: "caf\u00e9 caf\u00e9" }, home));
    for (const username of ["zoe\u0301", "ZO\u00c9", " Zo\u00e9 "]) {
      granted(await accounts.signIn({ username, password: "cafe\u0301 cafe\u0301" }, home));
    }
  });

  it("does not let a name that looks the same stand for the name", async () => {
    const { accounts } = accountsForTest();
    granted(await accounts.register({ username: "lan", password }, home));
    expect(codeOf(await accounts.signIn({ username: "1an", password }, home))).toBe("SIGN_IN_FAILED");
  });

  it("says the same for a wrong password, an unknown name, a guest's name and nonsense", async () => {
    const { accounts } = accountsForTest();
    granted(await accounts.register({ username: "jane", password }, home));
    granted(await accounts.playAsGuest("kim", home));
    const wrong = await accounts.signIn({ username: "jane", password: "wrong horse" }, home);
    expect(wrong).toEqual({ ok: false, rejection: { code: "SIGN_IN_FAILED" } });
    for (const username of ["nobody", "kim", "", "\ud83d", "x".repeat(10_000)]) {
      expect(await accounts.signIn({ username, password }, home)).toEqual(wrong);
    }
  });

  it("ends the session that the browser had before, also one of the same person", async () => {
    const { accounts, revoked } = accountsForTest();
    const jane = granted(await accounts.register({ username: "jane", password }, home));
    granted(await accounts.register({ username: "jim", password }, home));
    const jim = granted(
      await accounts.signIn({ username: "jim", password }, { ...home, formerSecret: jane.session.secret }),
    );
    expect(await accounts.sessionOf(jane.session.secret)).toBeNull();
    expect(revoked).toEqual([{ sid: jane.session.sid, userId: jane.user.userId }]);
    granted(
      await accounts.signIn({ username: "jim", password }, { ...home, formerSecret: jim.session.secret }),
    );
    expect(await accounts.sessionOf(jim.session.secret)).toBeNull();
  });

  it("leaves the former session alone where it fails", async () => {
    const { accounts, revoked } = accountsForTest();
    const jane = granted(await accounts.register({ username: "jane", password }, home));
    const origin = { ...home, formerSecret: jane.session.secret };
    expect(codeOf(await accounts.signIn({ username: "jim", password }, origin))).toBe("SIGN_IN_FAILED");
    expect(codeOf(await accounts.register({ username: "jane", password }, origin))).toBe("USERNAME_TAKEN");
    expect(await accounts.sessionOf(jane.session.secret)).not.toBeNull();
    expect(revoked).toEqual([]);
  });
});

describe("guessing passwords", () => {
  const guess = (
    accounts: ReturnType<typeof accountsForTest>["accounts"],
    username: string,
    address: string,
  ) => accounts.signIn({ username, password: "wrong horse" }, { address });

  async function janeUnderAttack() {
    const test = accountsForTest();
    granted(await test.accounts.register({ username: "jane", password }, home));
    granted(await test.accounts.register({ username: "jim", password }, home));
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect(codeOf(await guess(test.accounts, "jane", "198.51.100.1"))).toBe("SIGN_IN_FAILED");
    }
    return test;
  }

  it("is stopped after ten wrong ones, and says for how long", async () => {
    const { accounts, clock } = await janeUnderAttack();
    const refused = await guess(accounts, "jane", "198.51.100.1");
    expect(refused).toMatchObject({ rejection: { code: "RATE_LIMITED", retryAfterMs: 30_000 } });
    clock.now += 30_000;
    expect(codeOf(await guess(accounts, "JANE", "198.51.100.1"))).toBe("SIGN_IN_FAILED");
    expect(codeOf(await guess(accounts, "JANE", "198.51.100.1"))).toBe("RATE_LIMITED");
  });

  it("does not stop the others behind the same address, nor the name's owner elsewhere", async () => {
    const { accounts } = await janeUnderAttack();
    granted(await accounts.signIn({ username: "jim", password }, { address: "198.51.100.1" }));
    granted(await accounts.signIn({ username: "jane", password }, home));
  });

  it("is stopped by attempts side by side too", async () => {
    const { accounts } = accountsForTest();
    const attempts = await Promise.all(
      Array.from({ length: 30 }, () => guess(accounts, "jane", home.address)),
    );
    expect(attempts.filter((result) => codeOf(result) === "SIGN_IN_FAILED")).toHaveLength(10);
  });

  it("is stopped for one address that tries very many names", async () => {
    const { accounts } = accountsForTest();
    const attempts = await Promise.all(
      Array.from({ length: 110 }, (_, n) => guess(accounts, `name-${n}`, `2001:db8::${n.toString(16)}`)),
    );
    expect(attempts.filter((result) => codeOf(result) === "RATE_LIMITED")).toHaveLength(10);
  });

  it("does not count right passwords as guesses", async () => {
    const { accounts } = accountsForTest();
    granted(await accounts.register({ username: "jane", password }, home));
    for (let time = 0; time < 120; time += 1)
      granted(await accounts.signIn({ username: "jane", password }, home));
  });

  it("is stopped for one address that knows one and has it looked at again and again", async () => {
    const { accounts, clock } = accountsForTest();
    granted(await accounts.register({ username: "jane", password }, home));
    const again = () => accounts.signIn({ username: "jane", password }, home);
    for (let time = 0; time < 200; time += 1) granted(await again());
    expect(await again()).toMatchObject({ rejection: { code: "RATE_LIMITED", retryAfterMs: 500 } });
    clock.now += 500;
    granted(await again());
  });

  it("keeps the last twenty sessions of one account, and ends the others' sockets", async () => {
    const { accounts, clock, revoked } = accountsForTest();
    const first = granted(await accounts.register({ username: "jane", password }, home));
    for (let time = 0; time < 20; time += 1) {
      clock.now += 1_000;
      granted(await accounts.signIn({ username: "jane", password }, home));
    }
    expect(revoked).toEqual([{ sid: first.session.sid, userId: first.user.userId }]);
    expect(await accounts.sessionOf(first.session.secret)).toBeNull();
  });
});

describe("many newcomers from one address", () => {
  it("get in where they are a class of sixty, some as members, some as guests", async () => {
    const { accounts } = accountsForTest();
    const arrivals = Array.from({ length: 60 }, (_, n) =>
      n % 2 === 0
        ? accounts.register({ username: `pupil-${n}`, password }, home)
        : accounts.playAsGuest(undefined, home),
    );
    for (const result of await Promise.all(arrivals)) granted(result);
  });

  it("may ask for two hundred names, be they free or not", async () => {
    const { accounts, clock } = accountsForTest();
    granted(await accounts.register({ username: "jane", password }, home));
    const jane = () => accounts.register({ username: "jane", password }, { address: "198.51.100.1" });
    for (let time = 0; time < 200; time += 1) expect(codeOf(await jane())).toBe("USERNAME_TAKEN");
    expect(await jane()).toMatchObject({ rejection: { code: "RATE_LIMITED", retryAfterMs: 2_000 } });
    clock.now += 2_000;
    expect(codeOf(await jane())).toBe("USERNAME_TAKEN");
  });

  it("are slowed down where they are a flood, which leaves other addresses alone", async () => {
    const { accounts } = accountsForTest();
    for (let n = 0; n < 100; n += 1) granted(await accounts.playAsGuest(undefined, home));
    expect(await accounts.playAsGuest(undefined, home)).toMatchObject({
      rejection: { code: "RATE_LIMITED", retryAfterMs: 2_000 },
    });
    expect(codeOf(await accounts.register({ username: "jane", password }, home))).toBe("RATE_LIMITED");
    granted(await accounts.playAsGuest(undefined, { address: "198.51.100.1" }));
  });

  it("are asked to come again where too many passwords wait to be hashed", async () => {
    const busy = async () => "busy" as const;
    const { accounts } = accountsForTest({ passwords: { hash: busy, verify: busy } });
    expect(codeOf(await accounts.register({ username: "jane", password }, home))).toBe("UNAVAILABLE");
    for (let time = 0; time < 20; time += 1) {
      expect(codeOf(await accounts.signIn({ username: "jane", password }, home))).toBe("UNAVAILABLE");
    }
  });
});

describe("guests", () => {
  it("get a name that says so, without characters that are read as one another", async () => {
    const { accounts } = accountsForTest();
    const { user } = granted(await accounts.playAsGuest(undefined, home));
    expect(user.username).toMatch(/^Guest-[2-9A-HJ-NP-Z]{5}$/);
    expect(user.role).toBe("guest");
  });

  it("get another name where the drawn one is taken", async () => {
    let draws = 0;
    const { accounts } = accountsForTest({
      randomBytes: (count) =>
        new Uint8Array(count).fill(count === 5 ? Math.floor((draws += 1) / 2) : (draws += 1)),
    });
    const first = granted(await accounts.playAsGuest(undefined, home));
    const second = granted(await accounts.playAsGuest(undefined, home));
    expect(second.user.username).not.toBe(first.user.username);
  });

  it("are told apart from members by whoever asks", async () => {
    const { accounts } = accountsForTest();
    const guest = granted(await accounts.playAsGuest("kim", home)).user;
    const member = granted(await accounts.register({ username: "jane", password }, home)).user;
    const { directory } = accounts;
    expect(await directory.userById(guest.userId)).toEqual({
      userId: guest.userId,
      username: "kim",
      guest: true,
    });
    expect(await directory.userById(asUserId("v-6a4f2b0e-4c1d-4f6e-9a55-0d6f6f3b8c11"))).toBeNull();
    const both = await directory.usersByIds([guest.userId, member.userId, asUserId("999")]);
    expect([...both.values()].map((person) => person.guest)).toEqual([true, false]);
  });
});

describe("a session", () => {
  it("ends with signing out, once, and its sockets are told", async () => {
    const { accounts, revoked } = accountsForTest();
    const { user, session } = granted(await accounts.register({ username: "jane", password }, home));
    await Promise.all([accounts.signOut(session.secret), accounts.signOut(session.secret)]);
    expect(await accounts.sessionOf(session.secret)).toBeNull();
    expect(revoked).toEqual([{ sid: session.sid, userId: user.userId }]);
  });

  it("does not end another session of the same person", async () => {
    const { accounts } = accountsForTest();
    const phone = granted(await accounts.register({ username: "jane", password }, home));
    const laptop = granted(await accounts.signIn({ username: "jane", password }, home));
    await accounts.signOut(phone.session.secret);
    expect(await accounts.sessionOf(laptop.session.secret)).not.toBeNull();
  });

  it("lives on while it is used, and ends thirty days after that", async () => {
    const { accounts, clock } = accountsForTest();
    const { session } = granted(await accounts.register({ username: "jane", password }, home));
    clock.now += hour - 1;
    expect(await accounts.sessionOf(session.secret)).toMatchObject({ extended: false });
    clock.now += sessionLifeMs - hour;
    const current = await accounts.sessionOf(session.secret);
    expect(current).toMatchObject({ extended: true, expiresAt: clock.now + sessionLifeMs });
    clock.now += sessionLifeMs - 1;
    expect(await accounts.sessionOf(session.secret)).not.toBeNull();
    clock.now += sessionLifeMs;
    expect(await accounts.sessionOf(session.secret)).toBeNull();
  });

  it("can be taken over by nobody who reads the database", async () => {
    const database = new Database(":memory:", { strict: true });
    const { accounts } = accountsForTest({ store: openSqliteAccountsStore(database) });
    const { session } = granted(await accounts.register({ username: "jane", password }, home));
    const file = database.serialize().toString("latin1");
    expect(file).toContain(session.sid);
    expect(file).not.toContain(session.secret);
    expect(file).not.toContain(password);
  });

  it("is known to nobody who has only its public id", async () => {
    const { accounts } = accountsForTest();
    const { session } = granted(await accounts.register({ username: "jane", password }, home));
    expect(session.secret).toMatch(/^[\w-]{43}$/);
    expect(await accounts.sessionOf(session.sid)).toBeNull();
  });

  it("is forgotten when it is over", async () => {
    const { accounts, clock, revoked } = accountsForTest();
    const { session } = granted(await accounts.register({ username: "jane", password }, home));
    clock.now += sessionLifeMs;
    await accounts.sweep();
    await accounts.signOut(session.secret);
    expect(revoked).toEqual([]);
  });
});

describe("a socket token", () => {
  it("speaks for the session's person, as a guest where it is one", async () => {
    const { accounts, clock, publicKey } = accountsForTest();
    const { user, session } = granted(await accounts.playAsGuest("kim", home));
    const { token } = await accounts.socketToken({ kind: "session", session: { user, sid: session.sid } });
    const { payload } = await jwtVerify(token, publicKey, { currentDate: new Date(clock.now) });
    expect(payload).toMatchObject({ sub: user.userId, username: "kim", roles: ["guest"], sid: session.sid });
  });

  it("speaks for a visitor, who may only watch", async () => {
    const { accounts, clock, publicKey } = accountsForTest();
    const visitorId = asUserId("v-6a4f2b0e-4c1d-4f6e-9a55-0d6f6f3b8c11");
    const { token } = await accounts.socketToken({ kind: "visitor", visitorId });
    const { payload } = await jwtVerify(token, publicKey, { currentDate: new Date(clock.now) });
    expect(payload).toMatchObject({ sub: visitorId, roles: ["visitor"], permissions: ["watch"] });
  });
});
