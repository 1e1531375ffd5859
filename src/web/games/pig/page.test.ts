/** Pig's page without a browser: what it shows and says, event by event. */
import { describe, expect, it } from "bun:test";
import { read, rollsOf, turnOnTable, type PigEvent } from "./board.ts";
import { pigTable } from "./table.ts";
import { asRoomId, asUserId, type UserId } from "../../../protocol/ids.ts";
import type { RoomSnapshot } from "../../../protocol/room-shapes.ts";
import { boardOf, reduce } from "../../table/board.ts";
import { present, receive } from "../../table/presentation.ts";
import { asText } from "../../table/sentence.ts";
import { situation, tell } from "../../table/sentences.ts";
import { soundOf } from "../../table/sound-of.ts";

const host = asUserId("1");
const guest = asUserId("2");
const somebody = asUserId("9");
const roomId = asRoomId("5e9f0a34-27b0-4c39-8c8e-0f8f7f3f6f11");
const frame = { roomId, seq: 1, turnDeadline: null, auto: false };

const state = {
  players: [host, guest],
  scores: { [host]: 0, [guest]: 0 },
  currentTurn: host,
  turn: 0,
  rolls: [],
  turnTotal: 0,
  history: [],
};
const room = {
  roomId,
  gameType: "pig",
  roomName: "Sty",
  hostId: host,
  status: "playing",
  role: "player",
  seq: 3,
  players: [
    { id: host, name: "john", guest: false, connected: true, awayDeadline: null },
    { id: guest, name: "jane", guest: false, connected: true, awayDeadline: null },
  ],
  spectatorCount: 0,
  serverSeedHash: "ab".repeat(32),
  rematch: null,
  result: null,
  state,
} satisfies RoomSnapshot;

const begun = boardOf(pigTable, room);
const boardWith = (view: object) => boardOf(pigTable, { ...room, state: { ...state, ...view } });

function rolled(playerId: UserId, roll: number, turn: number, turnTotal: number, auto = false): PigEvent {
  const nextTurn = roll === 1 ? (playerId === host ? guest : host) : playerId;
  return { ...frame, type: "games.event.pig.rolled", playerId, roll, turn, turnTotal, nextTurn, auto };
}

function held(playerId: UserId, banked: number, turn: number, auto = false): PigEvent {
  const nextTurn = playerId === host ? guest : host;
  const scores = { [host]: 0, [guest]: 0, [playerId]: banked };
  return { ...frame, type: "games.event.pig.held", playerId, banked, turn, scores, nextTurn, auto };
}

const after = (...events: readonly PigEvent[]) =>
  events.reduce((board, event) => reduce(pigTable, board, event), begun);
const told = (me: UserId, ...events: readonly PigEvent[]) =>
  tell(pigTable, events.slice(-1), after(...events), me);
const line = (me: UserId, ...events: readonly PigEvent[]) =>
  asText(situation(pigTable, after(...events), me));

describe("the board of Pig", () => {
  it("has the game's own view", () => {
    expect(read({ ...state, turn: 7, turnTotal: 4 })).toMatchObject({
      turn: 7,
      turnTotal: 4,
      clientSeeds: {},
    });
  });

  it("adds each roll to the turn that is open, and closes it with a 1 or a hold", () => {
    const open = after(rolled(host, 4, 0, 4), rolled(host, 6, 1, 10)).game;
    expect(open).toMatchObject({ turn: 2, rolls: [4, 6], turnTotal: 10, currentTurn: host, history: [] });
    const lost = after(rolled(host, 4, 0, 4), rolled(host, 1, 1, 0)).game;
    const history = [{ playerId: host, rolls: [4, 1], banked: 0 }];
    expect(lost).toMatchObject({ turn: 2, rolls: [], turnTotal: 0, currentTurn: guest, history });
    const kept = after(rolled(host, 4, 0, 4), held(host, 4, 1)).game;
    expect(kept).toMatchObject({
      scores: { [host]: 4 },
      history: [{ playerId: host, rolls: [4], banked: 4 }],
    });
  });

  it("keeps the dice of the last turn on the table until the next one has a die", () => {
    const between = [rolled(host, 4, 0, 4), held(host, 4, 1)];
    const onTable = (...events: readonly PigEvent[]) => {
      const { game } = after(...events);
      return game === null ? null : turnOnTable(game);
    };
    expect(onTable()).toBeNull();
    expect(onTable(...between)).toEqual({ playerId: host, rolls: [4], banked: 4, isOpen: false });
    expect(onTable(...between, rolled(guest, 2, 2, 2))).toMatchObject({ playerId: guest, isOpen: true });
  });

  it("remembers who made each roll, for the check", () => {
    const { game } = after(rolled(host, 4, 0, 4), held(host, 4, 1), rolled(guest, 2, 2, 2));
    expect(game === null ? [] : rollsOf(game)).toEqual([
      { playerId: host, roll: 4 },
      { playerId: guest, roll: 2 },
    ]);
  });

  it("shows no point before its die lies still, and a hold at once", () => {
    const thrown = receive(pigTable, present(begun), rolled(host, 6, 0, 6), 0, true).presentation;
    expect(thrown.throwing).toMatchObject({ playerId: host, face: 6, turn: 0 });
    expect([thrown.shown.game?.turnTotal, thrown.truth.game?.turnTotal]).toEqual([0, 6]);
    const still = present(after(rolled(host, 6, 0, 6)));
    expect(receive(pigTable, still, held(host, 6, 1), 0, true).presentation.shown.game?.scores[host]).toBe(6);
  });
});

describe("what Pig says", () => {
  it("is each roll with what is at stake, and whose turn it is only where that has changed", () => {
    const one = rolled(host, 4, 0, 4);
    const two = rolled(host, 6, 1, 10);
    expect(told(host, one)).toBe("You rolled 4.");
    expect(told(guest, one, two)).toBe("john rolled 6: 10 at stake.");
    expect(told(host, one, rolled(host, 1, 1, 0))).toBe("You rolled 1 and lost the turn. jane’s turn.");
    expect(told(guest, one, held(host, 4, 1))).toBe("john kept 4. The score is 0 to 4. Your turn.");
    expect(told(somebody, one, held(host, 4, 1))).toBe("john kept 4. john 4, jane 0. jane’s turn.");
  });

  it("is that the server moved, where it did", () => {
    expect(told(host, rolled(host, 4, 0, 4, true))).toBe("Your time was up: you rolled 4.");
    expect(told(guest, rolled(host, 4, 0, 4), held(host, 4, 1, true))).toStartWith(
      "The time was up: john kept 4.",
    );
  });

  it("is what one can do now, below the headline", () => {
    const one = rolled(host, 4, 0, 4);
    expect(line(host)).toBe("Hold before a 1 takes it all.");
    expect(line(host, one)).toBe("4 at stake: roll on, or hold?");
    expect(line(guest, one)).toBe("john has 4 at stake.");
    expect(line(guest, one, held(host, 4, 1))).toBe("john kept 4.");
    expect(line(host, one, rolled(host, 1, 1, 0))).toBe("You rolled a 1.");
    const nearly = boardWith({ scores: { [host]: 96, [guest]: 0 }, rolls: [4], turnTotal: 4, turn: 9 });
    expect(asText(situation(pigTable, nearly, host))).toBe("Hold now, and you win with 100.");
  });

  it("is heard as a die that lands, and as a call only when the turn comes to one", () => {
    const heard = (me: UserId, ...events: readonly PigEvent[]) =>
      soundOf(pigTable, events.slice(-1), after(...events), me);
    const one = rolled(host, 4, 0, 4);
    expect([host, guest].map((me) => heard(me, one))).toEqual(["land", "land"]);
    expect([host, guest].map((me) => heard(me, one, held(host, 4, 1)))).toEqual(["round won", "my turn"]);
    expect([host, guest].map((me) => heard(me, one, rolled(host, 1, 1, 0)))).toEqual(["land", "my turn"]);
  });
});
