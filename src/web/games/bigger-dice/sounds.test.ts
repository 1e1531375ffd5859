import { describe, expect, it } from "bun:test";
import {
  boardOf,
  completed,
  guest,
  host,
  playedGame,
  playing,
  reduce,
  rolled,
  soundOf,
  type Board,
  type BoardEvent,
} from "./testing.ts";
import { asUserId } from "../../../protocol/ids.ts";

const begun = boardOf(playing());
const somebody = asUserId("77");
const heard = (me: typeof host, ...events: readonly BoardEvent[]) =>
  soundOf(events, events.reduce<Board>(reduce, begun), me);

describe("what is heard", () => {
  it("is a die that lands, and a call to whoever is next", () => {
    const roll = rolled(host, 5, 0, guest);
    expect([host, guest, somebody].map((me) => heard(me, roll))).toEqual(["land", "my turn", "land"]);
  });

  it("is the round to whoever won it", () => {
    const end = [
      rolled(host, 5, 0, guest),
      rolled(guest, 3, 1, null),
      completed(1, 5, 3, { [host]: 1, [guest]: 0 }, guest, 2),
    ];
    expect([host, guest, somebody].map((me) => heard(me, ...end))).toEqual(["round won", "my turn", "land"]);
  });

  it("is the end, once, and a fanfare also to those who watch", () => {
    const { events } = playedGame(Array.from({ length: 20 }, (_, n) => ([0, 3].includes(n % 4) ? 6 : 1)));
    expect([host, guest, somebody].map((me) => heard(me, ...events))).toEqual([
      "game won",
      "game lost",
      "game won",
    ]);
  });
});
