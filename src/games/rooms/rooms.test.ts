import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import {
  archiveRoom,
  closeRematch,
  createRoom,
  joinRoom,
  leaveRoom,
  playInRoom,
  requestRematch,
  timeOutTurn,
} from "./decide.ts";
import type { RoomContext, RoomDecision, RoomStep } from "./room-change.ts";
import { deadlineOf } from "./deadlines.ts";
import type { RoomEvent } from "./events.ts";
import { evolveRoom } from "./evolve.ts";
import { isMember, standardTimes, type Room } from "./room.ts";
import { listingOf, recordOf, snapshotOf } from "./view.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";
import type { BiggerDiceState } from "../bigger-dice/state.ts";
import type { Game } from "../game.ts";
import { asRoomId, asUserId, type UserId } from "../../protocol/index.ts";

const john = asUserId("1");
const jane = asUserId("2");
const mary = asUserId("3");
const start = Date.UTC(2026, 0, 1);
const game: Game = biggerDice;
const at = (now: number): RoomContext => ({ game, now, times: standardTimes });

const newcomer = (id: UserId, name: string) => ({ id, name, guest: false, clientSeed: `seed-of-${name}` });
const opening = {
  roomId: asRoomId("00000000-0000-4000-8000-000000000001"),
  roomName: "table",
  serverSeed: "ab".repeat(32),
};
const rematchOpening = {
  ...opening,
  roomId: asRoomId("00000000-0000-4000-8000-000000000002"),
  serverSeed: "cd".repeat(32),
};

function steps(decision: { ok: true; steps: readonly RoomStep[] } | { ok: false }): readonly RoomStep[] {
  if (!decision.ok) throw new Error(`Refused: ${JSON.stringify(decision)}`);
  return decision.steps;
}

function after(decision: Parameters<typeof steps>[0]): Room {
  const room = steps(decision).at(-1)?.room;
  if (room === undefined) throw new Error("Nothing happened.");
  return room;
}

const waiting = () => after(createRoom({ ...opening, host: newcomer(john, "john") }, at(start)));
const playing = () => after(joinRoom(waiting(), newcomer(jane, "jane"), at(start)));
const roll = (room: Room, player: UserId, now = start, turn?: number): RoomDecision =>
  playInRoom(
    room,
    player,
    { type: "games.command.bigger_dice.roll", payload: turn === undefined ? {} : { turn } },
    at(now),
  );

function turnOf(room: Room): UserId | null {
  return room.status === "playing" ? game.turnOf(room.game) : null;
}

function finished(): Room {
  let room = playing();
  for (let player = turnOf(room); player !== null; player = turnOf(room)) room = after(roll(room, player));
  return room;
}

describe("a room", () => {
  it("waits for an opponent after it was created, with the commitment to its dice shown", () => {
    const room = waiting();
    expect(room.status).toBe("waiting");
    expect(listingOf(room)).toMatchObject({ status: "waiting", hostName: "john", playerCount: 1 });
    expect(snapshotOf(room, game).serverSeedHash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(snapshotOf(room, game))).not.toContain(opening.serverSeed);
  });

  it("starts when somebody joins, with the host's turn and its clock", () => {
    const [joined, started] = steps(joinRoom(waiting(), newcomer(jane, "jane"), at(start)));
    expect(joined?.event).toMatchObject({ kind: "player_joined", seq: 2, payload: { playerId: jane } });
    expect(started?.event).toMatchObject({
      kind: "game_started",
      seq: 3,
      payload: { firstTurn: john, turn: 0, turnDeadline: new Date(start + 60_000).toISOString() },
    });
  });

  it("takes nobody twice, and no third player", () => {
    expect(joinRoom(waiting(), newcomer(john, "john"), at(start))).toMatchObject({
      rejection: { code: "ALREADY_IN_ROOM" },
    });
    expect(joinRoom(playing(), newcomer(mary, "mary"), at(start))).toMatchObject({
      rejection: { code: "ROOM_FULL" },
    });
    expect(joinRoom(finished(), newcomer(mary, "mary"), at(start))).toMatchObject({
      rejection: { code: "ROOM_FINISHED" },
    });
  });

  it("lets only its players play, in their turn, while it is played", () => {
    expect(roll(playing(), mary)).toMatchObject({ rejection: { code: "NOT_A_PLAYER" } });
    expect(roll(playing(), jane)).toMatchObject({
      rejection: { code: "NOT_YOUR_TURN", message: "It is john's turn: wait for yours." },
    });
    expect(roll(waiting(), john)).toMatchObject({ rejection: { code: "GAME_NOT_STARTED" } });
    expect(roll(finished(), john)).toMatchObject({ rejection: { code: "ROOM_FINISHED" } });
  });

  it("starts a fresh clock with each turn, and has none between the second roll and the round's result", () => {
    const first = after(roll(playing(), john, start + 5_000));
    const [rolled, round] = steps(roll(first, jane, start + 9_000));
    expect(rolled?.event.payload).toMatchObject({ turnDeadline: null, nextTurn: null });
    expect(round?.event.payload).toMatchObject({ turnDeadline: new Date(start + 69_000).toISOString() });
  });

  it("closes when its host leaves while waiting, and takes nobody then", () => {
    const decision = leaveRoom(waiting(), john, at(start));
    expect(steps(decision).map(({ event }) => event.kind)).toEqual(["player_left", "room_closed"]);
    const closed = after(decision);
    expect(joinRoom(closed, newcomer(jane, "jane"), at(start))).toMatchObject({
      rejection: { code: "ROOM_NOT_FOUND" },
    });
    expect(listingOf(closed)).toBeNull();
  });

  it("is lost by the one who leaves a game, and is no room of hers after that", () => {
    const decision = leaveRoom(playing(), jane, at(start));
    expect(steps(decision).map(({ event }) => event.kind)).toEqual([
      "player_left",
      "game_over",
      "rematch_closed",
    ]);
    const room = after(decision);
    expect(room).toMatchObject({
      status: "finished",
      result: { winner: john, reason: "left", forfeitedBy: jane },
    });
    expect([isMember(room, john), isMember(room, jane)]).toEqual([true, false]);
    expect(leaveRoom(room, jane, at(start))).toMatchObject({ rejection: { code: "NOT_IN_ROOM" } });
  });

  it("shows the server's seed with the result, and not before", () => {
    const events = JSON.stringify(steps(roll(playing(), john)).map(({ event }) => event.payload));
    expect(events).not.toContain(opening.serverSeed);
    const over = steps(leaveRoom(playing(), jane, at(start))).find(({ event }) => event.kind === "game_over");
    expect(over?.event.payload).toMatchObject({
      serverSeed: opening.serverSeed,
      clientSeeds: { [john]: "seed-of-john", [jane]: "seed-of-jane" },
      winnerName: "john",
    });
  });

  it("has a record with every roll once it is over", () => {
    const room = finished();
    if (room.status !== "finished") throw new Error("The game is not over.");
    const record = recordOf(room, game);
    expect(record.rolls.length).toBe((room.game as BiggerDiceState).rolls.length);
    expect(record.serverSeed).toBe(opening.serverSeed);
  });
});

describe("a turn's clock (G5)", () => {
  it("rolls for the one who is idle, once, and only when it is due", () => {
    const room = playing();
    expect(steps(timeOutTurn(room, room.seq, at(start + 59_999)))).toEqual([]);
    const [rolled] = steps(timeOutTurn(room, room.seq, at(start + 60_000)));
    expect(rolled?.event.payload).toMatchObject({ playerId: john, auto: true });
    const next = after(timeOutTurn(room, room.seq, at(start + 60_000)));
    expect(steps(timeOutTurn(next, room.seq, at(start + 60_001)))).toEqual([]);
  });

  it("does nothing for a turn that was played in time", () => {
    const room = playing();
    const rolled = after(roll(room, john, start + 59_990));
    expect(steps(timeOutTurn(rolled, room.seq, at(start + 60_010)))).toEqual([]);
  });

  /** The room after the next turn of `player` that nobody plays; the opponent plays hers. */
  function idle(room: Room, player: UserId): Room {
    if (room.status !== "playing" || room.turnDeadline === null) throw new Error("No turn is open.");
    return turnOf(room) === player
      ? after(timeOutTurn(room, room.seq, at(room.turnDeadline)))
      : idle(after(roll(room, player === john ? jane : john, room.turnDeadline - 1)), player);
  }

  it("gives the game to the other when a player lets three turns in a row run out", () => {
    let room = playing();
    room = idle(room, jane);
    room = idle(room, jane);
    expect(room.status).toBe("playing");
    room = idle(room, jane);
    expect(room).toMatchObject({
      status: "finished",
      result: { winner: john, reason: "idle", forfeitedBy: jane },
    });
  });

  it("counts only turns in a row: one that was played starts the count anew", () => {
    let room = playing();
    room = idle(room, john);
    room = idle(room, john);
    while (turnOf(room) !== john) room = after(roll(room, jane));
    room = after(roll(room, john));
    room = idle(room, john);
    expect(room.status).toBe("playing");
  });
});

describe("a rematch", () => {
  it("starts when both want it, with the seats the other way round and a new commitment", () => {
    const offered = requestRematch(finished(), jane, "fresh-jane", rematchOpening, at(start));
    expect(offered).toMatchObject({ ok: true, next: [] });
    const agreed = requestRematch(after(offered), john, "fresh-john", rematchOpening, at(start));
    if (!agreed.ok) throw new Error("Refused.");
    expect(agreed.steps.map(({ event }) => event.kind)).toEqual(["rematch_offered", "rematch_started"]);
    const next = agreed.next.at(-1)?.room;
    expect(next).toMatchObject({
      status: "playing",
      hostId: jane,
      roomId: rematchOpening.roomId,
      seats: [
        { id: jane, clientSeed: "fresh-jane" },
        { id: john, clientSeed: "fresh-john" },
      ],
    });
  });

  it("is offered once, however often it is asked for", () => {
    const offered = after(requestRematch(finished(), jane, "s", rematchOpening, at(start)));
    expect(requestRematch(offered, jane, "s", rematchOpening, at(start))).toEqual({
      ok: true,
      steps: [],
      next: [],
    });
  });

  it("is not for strangers, not during the game, and not after somebody left", () => {
    expect(requestRematch(finished(), mary, "s", rematchOpening, at(start))).toMatchObject({
      rejection: { code: "NOT_A_PLAYER" },
    });
    expect(requestRematch(playing(), john, "s", rematchOpening, at(start))).toMatchObject({
      rejection: { code: "GAME_NOT_FINISHED" },
    });
    const left = after(leaveRoom(finished(), jane, at(start)));
    expect(requestRematch(left, john, "s", rematchOpening, at(start))).toMatchObject({
      rejection: { code: "ROOM_FINISHED" },
    });
  });

  it("is closed ten minutes after the end; the room is archived after a day", () => {
    const room = finished();
    if (room.status !== "finished") throw new Error("The game is not over.");
    expect(deadlineOf(room, standardTimes)).toMatchObject({ kind: "rematch", at: start + 600_000 });
    expect(steps(closeRematch(room, room.finishedAt, at(start + 599_999)))).toEqual([]);
    const closed = after(closeRematch(room, room.finishedAt, at(start + 600_000)));
    expect(deadlineOf(closed, standardTimes)).toMatchObject({ kind: "archive", at: start + 86_400_000 });
    expect(archiveRoom(closed, at(start + 86_399_999))).toBeNull();
    const archived = archiveRoom(closed, at(start + 86_400_000));
    expect(archived && isMember(archived, john)).toBe(false);
    expect(archived && deadlineOf(archived, standardTimes)).toBeNull();
  });
});

describe("any interleaving of commands, valid or not", () => {
  const person = fc.constantFrom(john, jane, mary);
  const action = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant("roll" as const),
        who: person,
        turn: fc.option(fc.nat(3), { nil: undefined }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom("join" as const, "leave" as const, "rematch" as const),
        who: person,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 70_000 }) }),
    },
    { weight: 40, arbitrary: fc.constant({ kind: "turn" as const }) },
  );

  const seed = 424_242;
  it(`keeps the rules, numbers events without holes, and can be told again from them (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
        let now = start;
        const history: RoomEvent[] = [];
        let room: Room | null = null;
        const take = (decision: { ok: true; steps: readonly RoomStep[] } | { ok: false }) => {
          if (!decision.ok) return;
          for (const step of decision.steps) {
            checkStep(room, step);
            history.push(step.event);
            room = step.room;
          }
        };
        take(createRoom({ ...opening, host: newcomer(john, "john") }, at(now)));
        for (const each of actions) {
          const current: Room = room ?? waiting();
          now += 10;
          switch (each.kind) {
            case "roll": {
              const open = current.status === "playing" ? game.turnNumber(current.game) : 0;
              const turn = each.turn === undefined ? undefined : Math.max(0, open - each.turn);
              const decision = roll(current, each.who, now, turn);
              // W7: a click from an earlier turn never rolls; nobody rolls out of turn.
              if (turn !== undefined && turn < open) expect(decision.ok).toBe(false);
              if (each.who !== turnOf(current)) expect(decision.ok).toBe(false);
              take(decision);
              break;
            }
            case "turn": {
              const player = turnOf(current);
              if (player !== null) take(roll(current, player, now));
              break;
            }
            case "join":
              take(joinRoom(current, newcomer(each.who, each.who === jane ? "jane" : "mary"), at(now)));
              break;
            case "leave":
              take(leaveRoom(current, each.who, at(now)));
              break;
            case "rematch":
              take(requestRematch(current, each.who, "s", rematchOpening, at(now)));
              break;
            case "wait": {
              now += each.ms;
              take(timeOutTurn(current, current.seq, at(now)));
              break;
            }
          }
        }
        expect(history.map((event) => event.seq)).toEqual(history.map((_, index) => index + 1));
        const told = history.reduce<Room | null>((before, event) => evolveRoom(before, event, game), null);
        expect(told).toEqual(room);
        expect(JSON.parse(JSON.stringify(told))).toEqual(JSON.parse(JSON.stringify(room)));
      }),
      { seed, numRuns: 300 },
    );
  });

  function checkStep(before: Room | null, { room }: RoomStep): void {
    if (before === null || !("game" in before) || !("game" in room)) return;
    const [old, next] = [before.game as BiggerDiceState, room.game as BiggerDiceState];
    for (const [place, score] of next.scores.entries()) {
      expect(score).toBeGreaterThanOrEqual(old.scores[place] ?? 0);
      expect(score).toBeLessThanOrEqual(10);
    }
    if (next.scores.includes(10)) expect(game.turnOf(next)).toBeNull();
  }
});
