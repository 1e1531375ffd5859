import { describe, expect, it } from "bun:test";
import { boardOf, guest, host, playing, present, receive, rolled, waiting } from "./testing.ts";
import { calmMs, rollState } from "../../table/roll-state.ts";

const mine = present(boardOf(playing({ turn: 4 })));
const theirs = present(boardOf(playing({ turn: 4, currentTurn: guest })));

describe("the roll button", () => {
  it("rolls in one's own turn, and says which turn that is", () => {
    expect(rollState(mine, host, null, null, 0)).toEqual({ kind: "ready", turn: 4 });
  });

  it("does nothing in the other's turn, before the game and after it", () => {
    expect(rollState(theirs, host, null, null, 0)).toMatchObject({
      kind: "blocked",
      reason: "It is jane’s turn.",
    });
    expect(rollState(present(boardOf(waiting())), host, null, null, 0).kind).toBe("blocked");
    const over = present(boardOf(playing({ currentTurn: null }, { status: "finished" })));
    expect(rollState(over, host, null, null, 0).kind).toBe("blocked");
  });

  it("says why it does nothing without a connection", () => {
    const state = rollState(mine, host, null, "Connecting again.", 0);
    expect(state).toEqual({ kind: "blocked", reason: "Connecting again.", evident: false });
  });

  it("waits for the outcome of a press, however long that takes", () => {
    expect(rollState(mine, host, { turn: 4, at: 0 }, null, 60_000)).toEqual({ kind: "rolling" });
  });

  it("does not take the second half of a double press for the next turn's (F15)", () => {
    const press = { turn: 3, at: 1000 };
    expect(rollState(mine, host, press, null, 1000 + calmMs - 1)).toEqual({ kind: "rolling" });
    expect(rollState(mine, host, press, null, 1000 + calmMs)).toEqual({ kind: "ready", turn: 4 });
  });

  it("waits until the dice have settled", () => {
    const { presentation } = receive(theirs, rolled(guest, 2, 4, host), 0, true);
    expect(presentation.truth.game?.currentTurn).toBe(host);
    expect(rollState(presentation, host, null, null, 10).kind).toBe("blocked");
    const own = receive(mine, rolled(host, 2, 4, guest), 0, true).presentation;
    expect(rollState(own, host, null, null, 10)).toEqual({ kind: "rolling" });
  });
});
