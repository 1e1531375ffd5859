import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { join } from "../game-play.ts";
import { admin, makeFriends, read, register, signIn, signUp } from "../members.ts";
import { startPlatform, type Platform } from "../platform.ts";
import { asRoomId } from "../../src/protocol/index.ts";

let platform: Platform;
let url: string;
const run = (...words: readonly string[]) => admin({ DATA_DIR: platform.dataDir }, ...words);

beforeAll(async () => {
  platform = await startPlatform();
  ({ url } = platform);
});
afterAll(() => platform.cleanUp());

/** Resolves when a client is signed out for good. */
const signedOut = ({ client }: Awaited<ReturnType<typeof register>>) =>
  new Promise<string>((resolve) => {
    client.onState((state) => {
      if (state.name === "signed_out") resolve(state.code);
    });
  });

describe("the command line of whoever runs the platform", () => {
  it("says what it does not understand, and whom it does not know", async () => {
    expect(await run()).toMatchObject({ code: 2 });
    expect(await run("promote", "jane")).toMatchObject({ code: 2 });
    expect(await run("ban", "jane", "now")).toMatchObject({ code: 2 });
    expect(await run("ban", "nobody-here")).toEqual({
      code: 1,
      said: "There is nobody called nobody-here.\n",
    });
    const elsewhere = await admin({ DATA_DIR: "/nowhere" }, "ban", "jane");
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.said).toContain("There are no accounts in /nowhere");
  });

  it("makes and unmakes an admin, and an open socket may at once what an admin may", async () => {
    const [ann, bob] = await Promise.all([register(url, "ann"), register(url, "bob")]);
    const write = async () =>
      (await ann.client.send("chat.command.send_message", { recipientId: bob.userId, content: "hello" }))
        .type;
    expect(await write()).toBe("chat.event.message_rejected");
    expect(await run("grant", ann.username.toUpperCase())).toMatchObject({ code: 0 });
    while ((await write()) !== "chat.event.message_received") await Bun.sleep(20);
    const answer = await bob.client.send("chat.command.send_message", {
      recipientId: ann.userId,
      content: "who are you?",
    });
    expect(answer.type).toBe("chat.event.message_received");
    expect(await run("revoke", ann.username)).toMatchObject({ code: 0 });
    while ((await write()) !== "chat.event.message_rejected") await Bun.sleep(20);
    for (const { client } of [ann, bob]) client.close();
  }, 30_000);

  it("bans: sockets are closed, games end, nobody signs in; and takes it back", async () => {
    const [ann, bob] = await Promise.all([register(url, "ann"), register(url, "bob")]);
    const won = new Promise<Record<string, unknown>>((resolve) => {
      bob.client.onAny((event) => {
        if (event.type.endsWith(".game_over")) resolve(event);
      });
    });
    const created = await ann.client.send("games.command.create_room", {
      gameType: "bigger_dice",
      roomName: "banned",
    });
    await bob.client.send("games.command.join_room", { roomId: asRoomId(String(created["roomId"])) });
    const isOut = signedOut(ann);
    expect(await run("ban", ann.username)).toMatchObject({ code: 0 });
    const since = Date.now();
    expect(await isOut).toBe("AUTH_REQUIRED");
    expect(Date.now() - since).toBeLessThan(1_500);
    expect(await won).toMatchObject({ reason: "left", winner: bob.userId });
    const refused = await signIn(url, ann.username);
    expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([
      403,
      "This account is banned.",
    ]);
    expect((await fetch(`${url}/api/me`, { headers: { Cookie: ann.cookie } })).status).toBe(401);
    expect(await run("unban", ann.username)).toMatchObject({ code: 0 });
    expect((await signIn(url, ann.username)).status).toBe(200);
    bob.client.close();
  }, 30_000);

  it("removes: friends are parted, the name is shown nowhere and never given again", async () => {
    const [ann, bob] = await Promise.all([register(url, "ann"), register(url, "bob")]);
    await makeFriends(url, ann, bob);
    const parted = new Promise<unknown>((resolve) =>
      bob.client.on("system.event.friend_removed", ({ userId }) => resolve(userId)),
    );
    await bob.client.send("chat.command.join_lobby", { lobbyId: "main" });
    await ann.client.send("chat.command.send_lobby_message", { lobbyId: "main", content: "remember me" });
    await ann.client.send("chat.command.send_message", { recipientId: bob.userId, content: "and me" });
    expect(await run("remove", ann.username)).toMatchObject({ code: 1 });
    const isOut = signedOut(ann);
    expect(await run("remove", ann.username, "--yes")).toMatchObject({ code: 0 });
    await isOut;
    expect(await parted).toBe(ann.userId);
    const lobby = await read<{ items: { senderName: string }[] }>(url, bob, "/api/lobbies/main/messages");
    expect(lobby.items.map(({ senderName }) => senderName)).toEqual(["deleted user"]);
    const chats = await read<{ items: { username: string }[] }>(url, bob, "/api/chats");
    expect(chats.items.map(({ username }) => username)).toEqual(["deleted user"]);
    expect((await signIn(url, ann.username)).status).toBe(401);
    for (const name of [ann.username, ann.username.toUpperCase(), ann.username.replace("ann", "аnn")]) {
      expect((await signUp(url, name)).ok).toBe(false);
    }
    expect(await run("unban", ann.username)).toMatchObject({ code: 1 });
    bob.client.close();
  }, 30_000);

  it("bans a guest by name", async () => {
    const guest = await join(url);
    const name = await new Promise<string>((resolve) => {
      guest.client.onState((state) => {
        if (state.name === "live") resolve(state.user.username);
      });
    });
    const isOut = new Promise((resolve) => {
      guest.client.onState((state) => {
        if (state.name === "signed_out") resolve(true);
      });
    });
    expect(await run("grant", name)).toMatchObject({ code: 1 });
    expect(await run("ban", name)).toMatchObject({ code: 0 });
    await isOut;
  }, 30_000);
});
