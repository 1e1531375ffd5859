/** What chat refuses, in words, changing nothing: private messages, the lobby's, and reading what is not one's own. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { change, historyOf, makeFriends, register, type Member } from "../members.ts";
import { startPlatform, type Platform } from "../platform.ts";
import { CommandRefused } from "../../src/sockets/index.ts";

let platform: Platform;
let ann: Member;
let bob: Member;
let eve: Member;

beforeAll(async () => {
  platform = await startPlatform();
  [ann, bob, eve] = (await Promise.all(
    ["ann", "bob", "eve"].map((name) => register(platform.url, name)),
  )) as [Member, Member, Member];
  await makeFriends(platform.url, ann, bob);
});
afterAll(async () => {
  for (const { client } of [ann, bob, eve]) client.close();
  await platform.cleanUp();
});

type Send = "chat.command.send_message" | "chat.command.send_lobby_message";

interface Refused {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
}

/** A refusal of the gateway or of chat; to somebody who is no friend it is an event of its own (plan §3.2). */
async function refusal(who: Member, type: Send, payload: object): Promise<Refused> {
  try {
    // Whatever a page or a program might send.
    const { reason, message } = await who.client.send(type, payload as never);
    if (typeof reason === "string") return { code: reason, message: String(message) };
  } catch (error) {
    if (error instanceof CommandRefused) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

const texts: readonly [string, string, string][] = [
  ["nothing", "", "INVALID_FIELD"],
  ["white space alone", " \n\t ", "INVALID_FIELD"],
  ["characters that nobody sees", "\u200b\u2060\ufeff", "INVALID_FIELD"],
  ["a NUL", "a\u0000b", "INVALID_FIELD"],
  ["half of a surrogate pair", "a\ud83d", "INVALID_FIELD"],
  ["2,001 characters", "x".repeat(2_001), "TEXT_TOO_LONG"],
];

describe("a message", () => {
  for (const [name, content, code] of texts) {
    it(`of ${name} is refused with ${code}, to a friend and to a lobby`, async () => {
      const before = await historyOf(platform.url, ann, bob);
      const toBob = await refusal(ann, "chat.command.send_message", { recipientId: bob.userId, content });
      expect(toBob.code).toBe(code);
      const toAll = await refusal(ann, "chat.command.send_lobby_message", { lobbyId: "main", content });
      expect(toAll.code).toBe(code);
      expect(await historyOf(platform.url, ann, bob)).toEqual(before);
    });
  }

  it("to oneself, to nobody, to a stranger and to no lobby is refused", async () => {
    const hello = { content: "hello" };
    const to = async (recipientId: unknown, who = ann) =>
      (await refusal(who, "chat.command.send_message", { recipientId, ...hello })).code;
    expect(await to(ann.userId)).toBe("INVALID_FIELD");
    expect(await to("999999")).toBe("NOT_FRIENDS");
    expect(await to("nobody at all")).toBe("INVALID_FIELD");
    expect(await to(eve.userId)).toBe("NOT_FRIENDS");
    const nowhere = await refusal(ann, "chat.command.send_lobby_message", { lobbyId: "cellar", ...hello });
    expect([nowhere.code, nowhere.field]).toEqual(["INVALID_FIELD", "lobbyId"]);
  });

  it("to somebody who blocks is refused as to any stranger", async () => {
    await makeFriends(platform.url, eve, bob);
    await change(platform.url, bob, "PUT", `/api/blocks/${eve.userId}`);
    const blocked = await refusal(eve, "chat.command.send_message", {
      recipientId: bob.userId,
      content: "hello",
    });
    const stranger = await refusal(eve, "chat.command.send_message", {
      recipientId: ann.userId,
      content: "hello",
    });
    const nameless = ({ message }: { message: string }, { username }: Member) =>
      message.replace(username, "them");
    expect(blocked.code).toBe(stranger.code);
    expect(nameless(blocked, bob)).toBe(nameless(stranger, ann));
  });

  it("is text, whatever it looks like", async () => {
    const content = `<script>alert(1)</script> "' &amp; https://example.org/<b> 👩‍👩‍👧 é שלום`;
    await ann.client.send("chat.command.send_message", { recipientId: bob.userId, content });
    expect((await historyOf(platform.url, bob, ann)).at(-1)?.content).toBe(content.normalize("NFC"));
  });

  it("is slowed down in a flood, by a client that waits as it is told: none is lost, none is doubled", async () => {
    const before = (await historyOf(platform.url, ann, bob)).length;
    const flood = Array.from({ length: 25 }, (_, n) => `flood ${n}`);
    await Promise.all(
      flood.map((content) =>
        ann.client.send("chat.command.send_message", { recipientId: bob.userId, content }),
      ),
    );
    const stored = (await historyOf(platform.url, ann, bob)).slice(before).map(({ content }) => content);
    expect(stored.toSorted()).toEqual(flood.toSorted());
  }, 60_000);
});

describe("a chat's history", () => {
  const get = async (path: string, who: Member | null) => {
    const response = await fetch(
      platform.url + path,
      who === null ? {} : { headers: { Cookie: who.cookie } },
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it("is of the asker and the one named: nobody reads the chat of two others", async () => {
    const { body } = await get(`/api/chats/${bob.userId}/messages`, eve);
    expect(body["items"] ?? []).toEqual([]);
    expect((await get(`/api/chats/${bob.userId}/messages`, null)).status).toBe(401);
  });

  for (const cursor of ["0", "-1", "abc", "1e9", "999999999999999999999", "%00", "1;DROP"]) {
    it(`answers a broken cursor in words (${cursor})`, async () => {
      const { status, body } = await get(`/api/chats/${bob.userId}/messages?before=${cursor}`, ann);
      expect([200, 400, 422]).toContain(status);
      if (status !== 200) expect(String(body["message"]).length).toBeGreaterThan(5);
    });
  }
});
