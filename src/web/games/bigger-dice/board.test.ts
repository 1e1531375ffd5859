import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { lastRollOf, rollsOf } from "./board.ts";
import { asUserId } from "../../../protocol/ids.ts";
import {
  boardOf,
  completed,
  gameOver,
  host,
  guest,
  playedGame,
  playing,
  reduce,
  rolled,
  roomEvent,
  waiting,
  type Board,
} from "./testing.ts";

describe("the board of a snapshot", () => {
  it("has no game while the room waits", () => {
    const board = boardOf(waiting());
    expect(board.status).toBe("waiting");
    expect(board.game).toBeNull();
  });

  it("has the game's own view, without the rolls that were not made", () => {
    const board = boardOf(playing({ lastRolls: { [host]: 4, [guest]: null }, turn: 7 }));
    expect(board.game?.rolls).toEqual({ [host]: 4 });
    expect(board.game?.turn).toBe(7);
  });

  it("shows how the rematch stands", () => {
    const rematch = { offeredBy: [guest], open: true, newRoomId: null };
    expect(boardOf(playing({}, { rematch })).rematch).toEqual({ kind: "open", offeredBy: [guest] });
    expect(boardOf(playing({}, { rematch: { ...rematch, open: false } })).rematch).toEqual({
      kind: "closed",
    });
  });
});

describe("an event on the board", () => {
  it("a first roll gives the turn to the other one", () => {
    const board = reduce(boardOf(playing()), rolled(host, 5, 0, guest));
    expect(board.game).toMatchObject({ turn: 1, currentTurn: guest, rolls: { [host]: 5 } });
  });

  it("a second roll gives it to nobody, and the end of the round to the next first one", () => {
    const before = reduce(boardOf(playing()), rolled(host, 5, 0, guest));
    const second = reduce(before, rolled(guest, 3, 1, null));
    expect(second.game?.currentTurn).toBeNull();
    const round = reduce(second, completed(1, 5, 3, { [host]: 1, [guest]: 0 }, guest, 2));
    expect(round.game).toMatchObject({
      round: 2,
      turn: 2,
      currentTurn: guest,
      rolls: {},
      scores: { [host]: 1 },
    });
    expect(round.game?.history).toEqual([{ round: 1, rolls: { [host]: 5, [guest]: 3 }, winner: host }]);
  });

  it("the clock stands while the player whose turn it is is away, and for nobody else", () => {
    const board = boardOf(playing({ turnDeadline: "2026-01-01T00:01:00.000Z" }));
    const away = (playerId: typeof host): Board =>
      reduce(
        board,
        roomEvent({
          type: "games.event.player_disconnected",
          playerId,
          deadline: "2026-01-01T00:05:00.000Z",
        }),
      );
    expect(away(host).game?.turnDeadline).toBeNull();
    expect(away(host).players[0]).toMatchObject({
      connected: false,
      awayDeadline: "2026-01-01T00:05:00.000Z",
    });
    expect(away(guest).game?.turnDeadline).toBe("2026-01-01T00:01:00.000Z");
    const turnDeadline = "2026-01-01T00:03:00.000Z";
    const back = reduce(
      away(host),
      roomEvent({ type: "games.event.player_reconnected", playerId: host, turnDeadline }),
    );
    expect(back.game?.turnDeadline).toBe(turnDeadline);
    expect(back.players[0]).toMatchObject({ connected: true, awayDeadline: null });
  });

  it("the end closes the turn and opens the rematch", () => {
    const board = reduce(boardOf(playing()), gameOver("left", guest, host));
    expect(board.status).toBe("finished");
    expect(board.game?.currentTurn).toBeNull();
    expect(board.result).toMatchObject({ winner: guest, reason: "left", forfeitedBy: host });
    const offered = reduce(board, roomEvent({ type: "games.event.rematch_offered", playerId: guest }));
    expect(offered.rematch).toEqual({ kind: "open", offeredBy: [guest] });
    expect(reduce(offered, roomEvent({ type: "games.event.rematch_offered", playerId: guest }))).toEqual(
      offered,
    );
  });

  it("leaves the board alone where it is of no concern", () => {
    const board = boardOf(playing());
    expect(reduce(board, roomEvent({ type: "games.event.player_chat_message" } as never))).toBe(board);
  });
});

describe("the last roll of a player", () => {
  it("is the one of the open round, else that of the round before, which is stale once the next is under way", () => {
    const history = [{ round: 1, rolls: { [host]: 6, [guest]: 2 }, winner: host }];
    const between = boardOf(playing({ history, round: 2, turn: 2, currentTurn: guest })).game;
    const underWay = boardOf(
      playing({ history, round: 2, turn: 3, lastRolls: { [host]: null, [guest]: 4 } }),
    ).game;
    if (between === null || underWay === null) throw new Error("Both play.");
    expect(lastRollOf(between, host)).toEqual({ face: 6, stale: false });
    expect(lastRollOf(underWay, guest)).toEqual({ face: 4, stale: false });
    expect(lastRollOf(underWay, host)).toEqual({ face: 6, stale: true });
    expect(lastRollOf(underWay, asUserId("9"))).toBeNull();
  });
});

const seed = 20261125;

describe(`any game (seed ${seed})`, () => {
  it("gives the same board event by event as the rolls themselves", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 80 }), (dice) => {
        const { events, made } = playedGame(dice);
        const board = events.reduce(reduce, boardOf(playing()));
        if (board.game === null) throw new Error("It plays.");
        expect(rollsOf(board.game)).toEqual(made);
        const won = (id: string): number =>
          board.game?.history.filter(({ winner }) => winner === id).length ?? 0;
        expect(board.game.scores).toEqual({ [host]: won(host), [guest]: won(guest) });
        expect(board.game.turn).toBe(made.length);
      }),
      { seed },
    );
  });
});
