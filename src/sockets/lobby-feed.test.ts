import { describe, expect, it } from "bun:test";
import { openLobbyFeed } from "./lobby-feed.ts";
import { FakeClient } from "./testing/fake-client.ts";
import { asUserId, type LobbyMessageView } from "../protocol/index.ts";

const message = (position: number): LobbyMessageView => ({
  lobbyId: "main",
  messageId: `m${position}`,
  position,
  senderId: asUserId("1"),
  senderName: "john",
  content: String(position),
  sentAt: "2026-01-01T00:00:00.000Z",
});

function opened() {
  const client = new FakeClient();
  const shown: { positions: readonly number[]; nextBefore: string | null }[] = [];
  const feed = openLobbyFeed(client, "main", {
    onMessages: (messages, nextBefore) =>
      shown.push({ positions: messages.map(({ position }) => position), nextBefore }),
  });
  const history = (positions: readonly number[], nextBefore: string | null = null) =>
    client.answer("chat.event.lobby_history", {
      lobbyId: "main",
      messages: positions.map(message),
      nextBefore,
    });
  const say = (position: number) => client.deliver("chat.event.lobby_message", { ...message(position) });
  return { client, feed, shown, history, say, last: () => shown.at(-1) };
}

describe("a lobby's chat on a page", () => {
  it("shows the last messages and those that come, in order and once", async () => {
    const { client, history, say, last } = opened();
    client.goLive();
    expect(client.sent.map(({ type }) => type)).toEqual(["chat.command.join_lobby"]);
    await history([3, 4], "m3");
    say(6);
    say(5);
    say(5);
    expect(last()).toEqual({ positions: [3, 4, 5, 6], nextBefore: "m3" });
  });

  it("takes in older pages, and knows where they end", async () => {
    const { client, feed, history, last } = opened();
    client.goLive();
    await history([3], "m3");
    feed.addOlder([message(1), message(2)], null);
    expect(last()).toEqual({ positions: [1, 2, 3], nextBefore: null });
  });

  it("shows no line with a hole where a live message came before the history that does not reach back", async () => {
    const { client, history, say, last } = opened();
    client.goLive();
    await history([1, 2]);
    say(60);
    await history([58, 59, 60], "m58");
    expect(last()).toEqual({ positions: [58, 59, 60], nextBefore: "m58" });
  });

  it("asks again where one was missed, and shows no line with a hole for what is known", async () => {
    const { client, history, say, last } = opened();
    client.goLive();
    await history([1, 2]);
    say(5);
    expect(client.sent.map(({ type }) => type)).toEqual(["chat.command.join_lobby"]);
    await history([1, 2, 3, 4, 5]);
    expect(last()?.positions).toEqual([1, 2, 3, 4, 5]);
  });

  it("begins anew where the last messages are far from what is known", async () => {
    const { client, history, last } = opened();
    client.goLive();
    await history([1, 2]);
    client.lose();
    client.goLive();
    await history([90, 91], "m90");
    expect(last()).toEqual({ positions: [90, 91], nextBefore: "m90" });
  });

  it("joins again only where the gateway could not go on", async () => {
    const { client, history } = opened();
    client.goLive();
    await history([1]);
    expect([...client.channels]).toEqual(["lobby:main"]);
    client.lose();
    client.goLive({ resumed: true });
    expect(client.sent).toEqual([]);
    client.lose();
    client.goLive();
    expect(client.sent).toHaveLength(1);
  });
});
