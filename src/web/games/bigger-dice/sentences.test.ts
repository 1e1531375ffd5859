import { describe, expect, it } from "bun:test";
import {
  boardOf,
  catchUp,
  completed,
  gameOver,
  guest,
  host,
  playedGame,
  playing,
  reduce,
  resultReason,
  rolled,
  roomEvent,
  situation,
  tell,
  waiting,
  type Board,
  type BoardEvent,
} from "./testing.ts";
import { asText } from "../../table/sentence.ts";
import { headline, resultHeadline } from "../../table/sentences.ts";
import { asUserId } from "../../../protocol/ids.ts";

const begun = boardOf(playing());
const somebody = asUserId("77");

function after(board: Board, ...events: readonly BoardEvent[]): Board {
  return events.reduce(reduce, board);
}

function told(board: Board, me: typeof host, ...events: readonly BoardEvent[]): string {
  return tell(events, after(board, ...events), me);
}

describe("what is read out", () => {
  it("says who rolled what and whose turn it is", () => {
    expect(told(begun, host, rolled(host, 5, 0, guest))).toBe("You rolled 5. jane’s turn.");
    expect(told(begun, guest, rolled(host, 5, 0, guest))).toBe("john rolled 5. Your turn.");
  });

  it("says how a round ended, with one's own points first", () => {
    const first = after(begun, rolled(host, 5, 0, guest));
    const end = [rolled(guest, 3, 1, null), completed(1, 5, 3, { [host]: 1, [guest]: 0 }, guest, 2)];
    expect(told(first, host, ...end)).toBe(
      "jane rolled 3. You won round 1. The score is 1 to 0. jane’s turn.",
    );
    expect(told(first, guest, ...end)).toBe(
      "You rolled 3. john won round 1. The score is 0 to 1. Your turn.",
    );
    expect(told(first, somebody, ...end)).toBe(
      "jane rolled 3. john won round 1. john 1, jane 0. jane’s turn.",
    );
  });

  it("says that the server rolled where it did", () => {
    expect(told(begun, host, rolled(host, 2, 0, guest, true))).toStartWith(
      "Your time was up: 2 was rolled for you.",
    );
  });

  it("says once who has won, without a turn", () => {
    const { events } = playedGame(Array.from({ length: 20 }, (_, n) => ([0, 3].includes(n % 4) ? 6 : 1)));
    const board = after(begun, ...events);
    expect(tell(events.slice(-3), board, host)).toBe(
      "You rolled 6. You won round 10. The score is 10 to 0. You win! Ten points, and the sun shines on you.",
    );
  });

  it("tells several rounds at once by where they led", () => {
    const { events } = playedGame([5, 3, 1, 4, 6, 2]);
    expect(tell(events, after(begun, ...events), host)).toBe("The score is 3 to 0. jane’s turn.");
  });

  it("says when the other one goes and comes back, and nothing about oneself", () => {
    const gone = roomEvent({
      type: "games.event.player_disconnected",
      playerId: guest,
      deadline: "2026-01-01T00:05:00.000Z",
    });
    const back = roomEvent({ type: "games.event.player_reconnected", playerId: guest, turnDeadline: null });
    expect(told(begun, host, gone)).toBe("jane lost the connection and has a few minutes to come back.");
    expect(told(begun, host, back)).toBe("jane is back.");
    expect(told(begun, guest, gone, back)).toBe("");
  });

  it("says after a reconnect what has changed, and nothing where nothing has", () => {
    const later = boardOf(
      playing({ turn: 2, round: 2, currentTurn: guest, scores: { [host]: 1, [guest]: 0 } }),
    );
    expect(catchUp(begun, later, host)).toBe("The score is 1 to 0. jane’s turn.");
    expect(catchUp(begun, begun, host)).toBe("");
    const over = after(begun, gameOver("forfeit", host, guest));
    expect(catchUp(begun, over, host)).toBe("You win! jane was away for too long.");
  });
});

describe("what is written on the board", () => {
  it("says what to do or to wait for", () => {
    expect(asText(headline(boardOf(waiting()), host))).toBe("Waiting for an opponent");
    expect(asText(headline(begun, host))).toBe("Your turn");
    expect(asText(headline(begun, guest))).toBe("john’s turn");
    const closed = after(
      boardOf(waiting()),
      roomEvent({ type: "games.event.room_closed", reason: "host_away" }),
    );
    expect([headline(closed, host), situation(closed, host)].map(asText)).toEqual([
      "This room is closed",
      "Its host has left.",
    ]);
    const first = after(begun, rolled(host, 5, 0, guest));
    expect(asText(situation(first, guest))).toBe("john rolled 5: beat it.");
    expect(asText(situation(first, host))).toBe("You rolled 5.");
    const draw = after(
      first,
      rolled(guest, 5, 1, null),
      completed(1, 5, 5, { [host]: 0, [guest]: 0 }, guest, 2),
    );
    expect(asText(situation(draw, host))).toBe("Round 1 is a draw: 5 each.");
  });

  it("has a reason for every end, from every side", () => {
    const reasons = (me: typeof host): string[] =>
      (["left", "idle", "forfeit"] as const).map((reason) => {
        const { result } = after(begun, gameOver(reason, host, guest));
        return result === null ? "" : asText(resultReason(begun, result, me));
      });
    expect(reasons(host)).toEqual([
      "jane left the game.",
      "jane let the clock run out three times in a row.",
      "jane was away for too long.",
    ]);
    expect(reasons(guest)).toEqual([
      "You left the game.",
      "Your clock ran out three times in a row.",
      "You were away for too long.",
    ]);
    const { result } = after(begun, gameOver("abandoned", null, host));
    if (result === null) throw new Error("It is over.");
    expect(asText(resultHeadline(begun, result, host))).toBe("Nobody wins");
    expect(asText(resultReason(begun, result, host))).toBe("Both players were away for too long.");
  });

  it("is kind to the one who lost", () => {
    const lost = (points: number): string => {
      const scores = { [host]: 10, [guest]: points };
      const { result } = after(begun, gameOver("score", host, null, scores));
      return result === null ? "" : asText(resultReason(begun, result, guest));
    };
    expect([lost(9), lost(5), lost(0)]).toEqual([
      "So close! It could have gone either way.",
      "Well played. The dice owe you one.",
      "The dice loved john today. They will not always.",
    ]);
  });
});
