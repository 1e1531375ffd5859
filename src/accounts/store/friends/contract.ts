/** What every store of friends must do (port.ts). Each adapter runs this suite on the real engine. */
import { beforeEach, describe, expect, it } from "bun:test";
import type { FriendsStore } from "./port.ts";
import type { AccountsStore } from "../port.ts";
import { asSessionId, asUserId, type UserId } from "../../../protocol/index.ts";

export interface FriendsUnderTest {
  readonly accounts: AccountsStore;
  /** Two, as two processes have them. */
  readonly friends: readonly [FriendsStore, FriendsStore];
}

/** `open` gives empty stores. */
export function friendsStoreContract(name: string, open: () => Promise<FriendsUnderTest>): void {
  describe(`friends store on ${name}`, () => {
    let accounts: AccountsStore;
    let friends: FriendsStore;
    let elsewhere: FriendsStore;
    let ann: UserId;
    let bob: UserId;
    let guest: UserId;
    let sessions = 0;

    async function create(username: string, kind: "member" | "guest" = "member"): Promise<UserId> {
      const keys = { username, folded: username.toLowerCase(), looks: [username.toLowerCase()] };
      const n = (sessions += 1);
      const session = {
        sid: asSessionId(`s${n}`),
        secretHash: `h${n}`,
        createdAt: 1,
        lastSeenAt: 1,
        expiresAt: 1e12,
      };
      const user =
        kind === "member"
          ? { kind, name: keys, passwordHash: "p", createdAt: 1 }
          : { kind, name: keys, createdAt: 1 };
      const created = await accounts.createUser(user, session, null);
      if (!created.ok) throw new Error(`${username} was refused.`);
      return created.user.userId;
    }

    beforeEach(async () => {
      ({
        accounts,
        friends: [friends, elsewhere],
      } = await open());
      [ann, bob, guest] = [await create("Ann"), await create("bob"), await create("kim", "guest")];
    });

    const told = async () => (await accounts.outbox(100)).map(({ event }) => event);
    const names = (people: readonly { readonly username: string }[]) =>
      people.map(({ username }) => username);

    it("knows nothing of strangers and of people who do not exist", async () => {
      expect((await friends.pairOf(ann, bob)).friendsSince).toBeNull();
      expect((await friends.pairOf(ann, asUserId("v-visitor"))).friendsSince).toBeNull();
      expect(await friends.friendsOf(ann)).toEqual([]);
      expect(await friends.requestsOf(asUserId("v-visitor"))).toEqual({ incoming: [], outgoing: [] });
    });

    it("keeps a request for both, and tells both with names", async () => {
      expect(await friends.change(ann, bob, "ask", 5)).toEqual({ ok: true });
      expect(await friends.requestsOf(bob)).toEqual({
        incoming: [{ userId: ann, username: "Ann", since: 5 }],
        outgoing: [],
      });
      expect((await elsewhere.requestsOf(ann)).outgoing).toEqual([
        { userId: bob, username: "bob", since: 5 },
      ]);
      expect(await told()).toEqual([
        { kind: "friend_requested", to: ann, userId: bob, username: "bob", direction: "outgoing" },
        { kind: "friend_requested", to: bob, userId: ann, username: "Ann", direction: "incoming" },
      ]);
    });

    it("makes friends of them, whoever has the lower id, and parts them", async () => {
      for (const [one, other] of [
        [ann, bob],
        [bob, ann],
      ] as const) {
        await friends.change(one, other, "ask", 5);
        expect(await friends.change(other, one, "accept", 6)).toEqual({ ok: true });
        expect((await friends.pairOf(one, other)).friendsSince).toBe(6);
        expect((await friends.pairOf(other, one)).friendsSince).toBe(6);
        expect(names(await friends.friendsOf(ann))).toEqual(["bob"]);
        expect(names(await friends.friendsOf(bob))).toEqual(["Ann"]);
        expect(await friends.requestsOf(one)).toEqual({ incoming: [], outgoing: [] });
        await friends.change(one, other, "remove", 7);
        expect(await friends.friendsOf(bob)).toEqual([]);
      }
    });

    it("lists friends by name, and requests by age", async () => {
      const [cat, dan] = [await create("Cat"), await create("dan")];
      for (const other of [dan, bob, cat]) {
        await friends.change(ann, other, "ask", 1);
        await friends.change(other, ann, "accept", 2);
      }
      expect(names(await friends.friendsOf(ann))).toEqual(["bob", "Cat", "dan"]);
      const eve = await create("eve");
      await friends.change(dan, eve, "ask", 30);
      await friends.change(cat, eve, "ask", 20);
      expect(names((await friends.requestsOf(eve)).incoming)).toEqual(["Cat", "dan"]);
    });

    it("hides from the one who blocks what the blocked one asks, for ever", async () => {
      expect(await friends.change(ann, bob, "block", 1)).toEqual({ ok: true });
      expect(await friends.change(bob, ann, "ask", 2)).toEqual({ ok: true });
      expect((await friends.requestsOf(ann)).incoming).toEqual([]);
      expect(names((await friends.requestsOf(bob)).outgoing)).toEqual(["Ann"]);
      expect(await friends.change(ann, bob, "accept", 3)).toEqual({ ok: false, reason: "no_request" });
      expect(names(await friends.blockedBy(ann))).toEqual(["bob"]);
      expect(await friends.blockedBy(bob)).toEqual([]);
      await friends.change(ann, bob, "unblock", 4);
      expect((await friends.requestsOf(ann)).incoming).toEqual([]);
      expect((await told()).filter((event) => "to" in event && event.to === ann)).toEqual([]);
    });

    it("refuses guests as friends, and lets them be blocked", async () => {
      const unknown = { ok: false, reason: "unknown" } as const;
      expect(await friends.change(ann, guest, "ask", 1)).toEqual(unknown);
      expect(await friends.change(guest, ann, "ask", 1)).toEqual(unknown);
      expect(await friends.change(guest, ann, "block", 1)).toEqual(unknown);
      expect(await friends.change(ann, guest, "block", 1)).toEqual({ ok: true });
      expect(await friends.change(ann, ann, "ask", 1)).toEqual(unknown);
      expect(await friends.change(ann, asUserId("999"), "ask", 1)).toEqual(unknown);
      expect(await friends.change(ann, asUserId("999999999999"), "ask", 1)).toEqual(unknown);
      expect(await friends.change(ann, asUserId("v-x"), "block", 1)).toEqual(unknown);
    });

    it("parts somebody who is removed from everybody, and tells them", async () => {
      const [cat, dan, eve] = [await create("cat"), await create("dan"), await create("eve")];
      await friends.change(ann, bob, "ask", 1);
      await friends.change(bob, ann, "accept", 1);
      await friends.change(ann, cat, "ask", 1);
      await friends.change(dan, ann, "ask", 1);
      await friends.change(ann, eve, "block", 1);
      const before = (await told()).length;
      await accounts.setStatus(ann, "removed");
      expect(await friends.friendsOf(bob)).toEqual([]);
      expect(await friends.requestsOf(cat)).toEqual({ incoming: [], outgoing: [] });
      expect(await friends.requestsOf(dan)).toEqual({ incoming: [], outgoing: [] });
      const events = (await told()).slice(before).filter(({ kind }) => kind.startsWith("friend"));
      const tellings = events.map((event) => `${event.kind} ${"to" in event ? event.to : ""}`);
      expect(tellings.toSorted()).toEqual([
        `friend_removed ${bob}`,
        `friend_request_removed ${cat}`,
        `friend_request_removed ${dan}`,
      ]);
    });

    it("makes friends once of two who ask each other in the same moment, from two processes", async () => {
      for (let round = 0; round < 10; round += 1) {
        const other = await create(`other${round}`);
        await Promise.all([friends.change(ann, other, "ask", 1), elsewhere.change(other, ann, "ask", 1)]);
        expect((await friends.pairOf(ann, other)).friendsSince).toBe(1);
        const accepted = (await told()).filter(
          (event) => event.kind === "friend_accepted" && [event.to, event.userId].includes(other),
        );
        expect(accepted).toHaveLength(2);
      }
    });

    it("lets no friendship come of an acceptance beside a block", async () => {
      for (let round = 0; round < 10; round += 1) {
        const other = await create(`other${round}`);
        await friends.change(other, ann, "ask", 1);
        await Promise.all([
          friends.change(ann, other, "accept", 2),
          elsewhere.change(other, ann, "block", 2),
        ]);
        expect((await friends.pairOf(ann, other)).friendsSince).toBeNull();
        expect(names(await friends.blockedBy(other))).toEqual(["Ann"]);
      }
    });
  });
}
