/**
 * A game that goes on by the wire while its pages follow it live: by clicks a whole one takes half a minute, most of
 * it the calm that a button keeps after each press.
 */
import type { Page } from "playwright-core";
import { cookieOf } from "./people.ts";
import { untilRolls } from "./table.ts";
import { connectClient } from "../platform.ts";
import type { biggerDiceMessages } from "../../src/games/bigger-dice/messages.ts";
import { winningScore } from "../../src/games/bigger-dice/state.ts";
import type { pigMessages } from "../../src/games/pig/messages.ts";
import { asRoomId, type RoomSnapshot } from "../../src/protocol/index.ts";

/** What a game shows of itself, as far as one must know it to choose a move and to stop in time. */
export interface Standing {
  /** Moves made so far. */
  readonly turn: number;
  readonly currentTurn: string | null;
  readonly scores: Readonly<Record<string, number>>;
  /** Pig: what a hold would keep. */
  readonly turnTotal?: number;
}

type Move = "games.command.bigger_dice.roll" | "games.command.pig.roll" | "games.command.pig.hold";

/**
 * Clients in the two seats, as from a second tab of each that is closed again, make the moves that `choose` names,
 * until it names none. Answers how many have been made in this game; the pages may not show them all yet.
 */
export async function playByWire(
  url: string,
  pages: readonly [host: Page, guest: Page],
  choose: (standing: Standing) => Move | null,
): Promise<number> {
  const roomId = asRoomId(new URL(pages[0].url()).pathname.split("/").at(-1) ?? "");
  const clients = await Promise.all(
    pages.map(async (page) => ({
      userId: await page.locator("body").getAttribute("data-user-id"),
      client: connectClient<[...typeof biggerDiceMessages, ...typeof pigMessages]>(url, await cookieOf(page)),
    })),
  );
  const [first] = clients;
  try {
    for (;;) {
      const snapshot = await first?.client.send("system.command.sync_state", {});
      const room = (snapshot?.["gameStates"] as Record<string, RoomSnapshot> | undefined)?.[roomId];
      if (room === undefined) throw new Error(`They do not play in ${roomId}.`);
      const standing = room.state as unknown as Standing; // as both games declare it
      const { turn, currentTurn } = standing;
      const move = choose(standing);
      if (move === null) return turn;
      await clients.find(({ userId }) => userId === currentTurn)?.client.send(move, { roomId, turn });
    }
  } finally {
    for (const { client } of clients) client.close();
  }
}

/** Bigger Dice until there were so many rolls; both pages show them. */
export async function rollByWire(
  url: string,
  pages: readonly [host: Page, guest: Page],
  count: number,
): Promise<void> {
  await playByWire(url, pages, ({ turn }) => (turn < count ? "games.command.bigger_dice.roll" : null));
  await Promise.all(pages.map((page) => untilRolls(page, count)));
}

/** Bigger Dice until the next round may be the last one. Answers how many rolls both pages show. */
export async function rollToMatchPoint(
  url: string,
  pages: readonly [host: Page, guest: Page],
): Promise<number> {
  const rolls = await playByWire(url, pages, ({ scores }) =>
    Object.values(scores).includes(winningScore - 1) ? null : "games.command.bigger_dice.roll",
  );
  await Promise.all(pages.map((page) => untilRolls(page, rolls)));
  return rolls;
}
