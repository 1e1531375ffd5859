/**
 * Wherever a link leads, there are words and a way on, with the fitting status, and nothing that its reader may not
 * know (F33). By plain requests: what is in the answers is there without JavaScript too.
 */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { beginGame, join, playAs, rollToTheEnd, type Player } from "../game-play.ts";
import { change, register, type Member } from "../members.ts";
import { guestSession, startPlatform, type Platform } from "../platform.ts";

const gameType = "bigger_dice";
const nowhere = "00000000-0000-4000-8000-000000000000";

let platform: Platform;
/** Where a day is a moment, so that what is over is archived. */
let later: Platform;
let ann: Member;
let bob: Member;
let guest: string;

beforeAll(async () => {
  const environment = { WS_GATEWAY_LIMIT_SCALE: "100" };
  [platform, later] = await Promise.all([
    startPlatform(environment),
    startPlatform({ ...environment, ARCHIVE_AFTER_MS: "1" }),
  ]);
  ann = await register(platform.url, "ann");
  bob = await register(platform.url, "bob");
  guest = await guestSession(platform.url);
});
afterAll(async () => {
  ann.client.close();
  bob.client.close();
  await Promise.all([platform.cleanUp(), later.cleanUp()]);
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function open(path: string, cookie = "", url = platform.url): Promise<Answer> {
  const response = await fetch(url + path, { headers: { Cookie: cookie }, redirect: "manual" });
  return { status: response.status, text: await response.text() };
}

/** The answer has this status and these words, a link that leads on, and no seed of the server. */
function leadsOn({ status, text }: Answer, expected: number, words: string): void {
  expect([status, text.includes(words)]).toEqual([expected, true]);
  expect(text).toMatch(/<main[\s\S]*(<a [^>]*href="\/|data-join)/);
  expect(text).not.toContain('serverSeed"');
}

const play = (roomId: string) => `/games/${gameType}/play/${roomId}`;
const asAsPlayer = (text: string) => text.includes("<bigger-dice-game") && !text.includes(" watching>");

async function two(url: string): Promise<readonly [Player, Player]> {
  return Promise.all([join(url), join(url)]);
}

describe("the address of a room", () => {
  it("that waits offers its seat, and to its host the game", async () => {
    const created = await ann.client.send("games.command.create_room", { gameType, roomName: "It waits" });
    const address = play(String(created["roomId"]));
    for (const cookie of ["", guest, bob.cookie]) leadsOn(await open(address, cookie), 200, "A seat is free");
    expect(asAsPlayer((await open(address, ann.cookie)).text)).toBe(true);
    await ann.client.send("games.command.leave_room", { roomId: created["roomId"] as never });
    for (const cookie of ["", guest, ann.cookie]) leadsOn(await open(address, cookie), 410, "room is gone");
  });

  it("that is full can be watched with one press, and that of a game that is over shows how it ended", async () => {
    const [host, other] = await two(platform.url);
    const roomId = await beginGame(host, other, "It is full");
    for (const cookie of ["", guest, ann.cookie]) {
      const answer = await open(play(roomId), cookie);
      leadsOn(answer, 200, "This room is full");
      expect(answer.text).toContain(`href="${play(roomId)}?watch"`);
    }
    await rollToTheEnd(roomId, host, other);
    for (const cookie of ["", guest, ann.cookie]) {
      const answer = await open(play(roomId), cookie);
      leadsOn(answer, 200, "This game is over");
      expect(answer.text).toContain("/record");
    }
    for (const { client } of [host, other]) client.close();
  });

  it("shows in a browser without JavaScript how a game ended, and what it needs for one that is on", async () => {
    const cookie = await guestSession(platform.url);
    const [host, other] = await Promise.all([playAs(platform.url, cookie), join(platform.url)]);
    const roomId = await beginGame(host, other, "Without a script");
    const withoutScript = async (query: string, who: string): Promise<string> =>
      /<noscript>([\s\S]*?)<\/noscript>/.exec((await open(play(roomId) + query, who)).text)?.[1] ?? "";
    expect(await withoutScript("", cookie)).toMatch(/To play,[\s\S]*href="\/games\/bigger_dice"/);
    expect(await withoutScript("?watch", "")).toMatch(/To watch,[\s\S]*href="\/games\/bigger_dice"/);
    await rollToTheEnd(roomId, host, other);
    for (const seen of [await withoutScript("", cookie), await withoutScript("?watch", "")])
      expect(seen).toMatch(/This game is over[\s\S]* won[\s\S]*\/record"/);
    for (const { client } of [host, other]) client.close();
  });

  it("that was put away a day after still shows how it ended, to its players too", async () => {
    const cookie = await guestSession(later.url);
    const [host, other] = await Promise.all([playAs(later.url, cookie), join(later.url)]);
    const roomId = await beginGame(host, other, "It was put away");
    await rollToTheEnd(roomId, host, other);
    expect(asAsPlayer((await open(play(roomId), cookie, later.url)).text)).toBe(true);
    // With this the rematch is off, and nothing keeps the room any more.
    await other.client.send("games.command.leave_room", { roomId });
    let answer = await open(play(roomId), cookie, later.url);
    while (asAsPlayer(answer.text)) answer = await open(play(roomId), cookie, later.url);
    leadsOn(answer, 200, "This game is over");
    leadsOn(await open(`${play(roomId)}?watch`, "", later.url), 200, "This game is over");
    const record = await open(`/api/games/${gameType}/rooms/${roomId}/record`, "", later.url);
    expect(record.status).toBe(200);
    for (const { client } of [host, other]) client.close();
  });

  it("that was never one, is cut short, or is another game's, says so", async () => {
    leadsOn(await open(play(nowhere)), 404, "No such room");
    for (const broken of ["abc", `${nowhere}0`, "%00", "..%2F..%2Fetc", "<b>", "%F0%9F%8E%B2"])
      leadsOn(await open(play(encodeURI(decodeURI(broken)))), 404, "This link is not whole");
    leadsOn(await open(`/games/nonsense/play/${nowhere}`), 404, "no such game");
    leadsOn(await open("/games/nonsense"), 404, "no such game");
    leadsOn(await open("/nonsense"), 404, "nothing at this address");
  });
});

describe("the address of a private chat", () => {
  it("says the same to somebody signed out, whoever it is of", async () => {
    const answers = await Promise.all(
      [ann.userId, bob.userId, "999999", "x"].map((id) => open(`/chat/${id}`)),
    );
    for (const answer of answers) leadsOn(answer, 401, "Sign in to see your friends");
    for (const { text } of answers) expect(text).not.toMatch(new RegExp(`${ann.username}|${bob.username}`));
  });

  it("is no way to a list of all who are here", async () => {
    const curious = await guestSession(platform.url);
    const statuses: number[] = [];
    for (let id = 1; id <= 130; id += 1) statuses.push((await open(`/chat/${id}`, curious)).status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(20);
    leadsOn(await open("/chat/1", curious), 429, "a lot of people");
  });

  it("leads on where there is nobody to write to, and tells nobody of a block", async () => {
    leadsOn(await open("/chat/999999", ann.cookie), 404, "nobody of that number");
    leadsOn(await open(`/chat/${ann.userId}`, ann.cookie), 200, "That would be you");
    const before = await open(`/chat/${ann.userId}`, bob.cookie);
    await change(platform.url, ann, "PUT", `/api/blocks/${bob.userId}`);
    expect(await open(`/chat/${ann.userId}`, bob.cookie)).toEqual(before);
    leadsOn(before, 200, ann.username);
  });
});
