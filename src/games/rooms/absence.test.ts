import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { endAbsence, noteAbsence, noteReturn } from "./absence.ts";
import { createRoom, joinRoom, leaveRoom, playInRoom, timeOutTurn } from "./decide.ts";
import type { PresenceNow, RoomContext, RoomDecision } from "./room-change.ts";
import { deadlineOf } from "./deadlines.ts";
import { attendanceOf, standardTimes, type Room } from "./room.ts";
import { snapshotOf } from "./view.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";
import type { Game } from "../game.ts";
import { asRoomId, asUserId, fromIsoTime, type UserId } from "../../protocol/index.ts";

const john = asUserId("1");
const jane = asUserId("2");
const start = Date.UTC(2026, 0, 1);
const second = 1_000;
const minute = 60 * second;
const game: Game = biggerDice;
const at = (now: number): RoomContext => ({ game, now, times: standardTimes });
const seed = 20261125;

const newcomer = (id: UserId, name: string) => ({ id, name, guest: false, clientSeed: `seed-of-${name}` });
const opening = {
  roomId: asRoomId("00000000-0000-4000-8000-000000000001"),
  roomName: "table",
  serverSeed: "ab".repeat(32),
};

/** A table with its clock and its presence, to which things happen. */
class Table {
  room: Room;
  now = start;
  readonly kinds: string[] = [];
  private readonly presence = new Map<UserId, PresenceNow>();
  private lastStamp = 0;

  constructor() {
    const created = createRoom({ ...opening, host: newcomer(john, "john") }, at(start));
    if (!created.ok || created.steps[0] === undefined) throw new Error("A room can be created.");
    this.room = created.steps[0].room;
    for (const id of [john, jane]) this.presence.set(id, { present: true, stamp: this.nextStamp() });
  }

  static playing(): Table {
    const table = new Table();
    table.take(joinRoom(table.room, newcomer(jane, "jane"), at(start)));
    return table;
  }

  take(decision: RoomDecision): readonly string[] {
    if (!decision.ok) return [];
    for (const { room, event } of decision.steps) {
      this.room = room;
      this.kinds.push(event.kind);
    }
    return decision.steps.map(({ event }) => event.kind);
  }

  pass(ms: number): this {
    this.now += ms;
    return this;
  }

  /** The socket closes, and the room hears of it. */
  lose(id: UserId): this {
    this.take(noteAbsence(this.room, id, this.disconnect(id), at(this.now)));
    return this;
  }

  /** The socket closes, and the room does not hear of it. */
  disconnect(id: UserId): number {
    const stamp = this.nextStamp();
    this.presence.set(id, { present: false, stamp });
    return stamp;
  }

  connect(id: UserId): number {
    const stamp = this.nextStamp();
    this.presence.set(id, { present: true, stamp });
    return stamp;
  }

  comeBack(id: UserId): this {
    this.take(noteReturn(this.room, id, this.connect(id), at(this.now)));
    return this;
  }

  isPresent(id: UserId): boolean {
    return this.presenceOf(id).present;
  }

  readonly presenceOf = (id: UserId): PresenceNow => this.presence.get(id) ?? { present: false, stamp: 0 };

  /** Whoever watches the deadlines looks. */
  look(): readonly string[] {
    const due = deadlineOf(this.room, standardTimes);
    if (due === null || due.at > this.now) return [];
    if (due.kind === "away") return this.take(endAbsence(this.room, this.presenceOf, at(this.now)));
    if (due.kind === "turn") return this.take(timeOutTurn(this.room, due.stamp, at(this.now)));
    return [];
  }

  roll(id: UserId): readonly string[] {
    const command = { type: "games.command.bigger_dice.roll", payload: {} };
    return this.take(playInRoom(this.room, id, command, at(this.now)));
  }

  private nextStamp(): number {
    this.lastStamp = Math.max(this.lastStamp + 1, this.now * 1000);
    return this.lastStamp;
  }
}

const clockOf = (room: Room) => (room.status === "playing" ? room.turnDeadline : null);
const resultOf = (room: Room) => (room.status === "finished" ? room.result : null);

describe("a player who lost the connection (R4, G5)", () => {
  it("has five minutes, which everybody can see", () => {
    const table = Table.playing().lose(jane);
    const { players } = snapshotOf(table.room, game);
    expect(players.map(({ connected }) => connected)).toEqual([true, false]);
    expect(fromIsoTime(players[1]?.awayDeadline ?? "")).toBe(start + 5 * minute);
    expect(snapshotOf(table.comeBack(jane).room, game).players[1]).toMatchObject({
      connected: true,
      awayDeadline: null,
    });
  });

  it("loses to the one who stayed when they are over, once", () => {
    const table = Table.playing().lose(jane);
    table.pass(5 * minute + 1 * second);
    expect(table.look().includes("game_over")).toBe(false);
    table.pass(1 * second);
    while (table.room.status === "playing") table.look();
    expect(resultOf(table.room)).toMatchObject({ winner: john, reason: "forfeit", forfeitedBy: jane });
    expect(table.look()).toEqual([]);
  });

  it("loses nothing where she is there after all, or was there in time", () => {
    const unheard = Table.playing().lose(jane);
    unheard.pass(4 * minute).connect(jane);
    unheard.pass(2 * minute).roll(john);
    expect(unheard.take(endAbsence(unheard.room, unheard.presenceOf, at(unheard.now)))).toEqual([
      "player_reconnected",
    ]);
    const again = Table.playing().lose(jane);
    again.pass(4 * minute).connect(jane);
    again.pass(30 * second).disconnect(jane);
    again.pass(2 * minute).roll(john);
    expect(again.take(endAbsence(again.room, again.presenceOf, at(again.now)))).toEqual([
      "player_reconnected",
      "player_disconnected",
    ]);
  });

  it("keeps the other's clock as it is, and has a fresh one of her own", () => {
    const theirs = Table.playing();
    const before = clockOf(theirs.room);
    theirs.pass(20 * second).lose(jane);
    expect(clockOf(theirs.room)).toBe(before);
    theirs.pass(10 * second).comeBack(jane);
    expect(clockOf(theirs.room)).toBe(before);

    const own = Table.playing();
    own.roll(john);
    own.pass(55 * second).lose(jane);
    expect(clockOf(own.room)).toBeNull();
    own.pass(4 * minute);
    expect(own.look()).toEqual([]);
    own.comeBack(jane);
    expect(clockOf(own.room)).toBe(own.now + minute);
  });

  it("has no clock when the turn comes to her while she is away", () => {
    const table = Table.playing().lose(jane);
    table.roll(john);
    expect(clockOf(table.room)).toBeNull();
    table.pass(30 * second).comeBack(jane);
    expect(clockOf(table.room)).toBe(table.now + minute);
  });

  it("has ten minutes a game, all absences together", () => {
    const table = Table.playing();
    for (const minutes of [4, 4]) {
      table.lose(jane);
      table.pass(minutes * minute).comeBack(jane);
    }
    table.lose(jane);
    expect(attendanceOf(table.room, jane).away?.deadline).toBe(table.now + 2 * minute);
  });

  it("is not taken for away by what is older than her return", () => {
    const table = Table.playing();
    const old = table.disconnect(jane);
    const back = table.connect(jane);
    table.take(noteReturn(table.room, jane, back, at(table.now)));
    table.lose(jane).comeBack(jane);
    expect(table.take(noteAbsence(table.room, jane, old, at(table.now)))).toEqual([]);
  });
});

describe("a table that both have left alone", () => {
  it("ends without a winner when the later one's time is over", () => {
    const table = Table.playing().lose(john);
    table.pass(2 * minute).lose(jane);
    table.pass(4 * minute);
    expect(table.look()).toEqual([]);
    table.pass(1 * minute + 2 * second);
    expect(table.look()).toEqual(["game_over", "rematch_closed"]);
    expect(resultOf(table.room)).toMatchObject({ winner: null, reason: "abandoned" });
  });

  it("goes to the one who comes back while the other's time is over", () => {
    const table = Table.playing().lose(john);
    table.pass(2 * minute).lose(jane);
    table.pass(4 * minute).comeBack(jane);
    expect(table.look()).toEqual(["game_over", "rematch_closed"]);
    expect(resultOf(table.room)).toMatchObject({ winner: jane, forfeitedBy: john });
  });

  it("goes on with the one who comes back after her own time, where the other is away too", () => {
    const table = Table.playing().lose(john);
    table.pass(2 * minute).lose(jane);
    table.pass(4 * minute).comeBack(john);
    expect(table.look()).toEqual([]);
    expect(table.room.status).toBe("playing");
  });
});

describe("a room without a game", () => {
  it("is closed when its host has been away for five minutes", () => {
    const table = new Table().lose(john);
    expect(table.pass(5 * minute + 2 * second).look()).toEqual(["room_closed"]);
    expect(table.room).toMatchObject({ status: "closed", reason: "host_away" });
  });

  it("offers no rematch any more when a player has been away for five minutes", () => {
    const table = Table.playing();
    table.take(timeOutAll(table));
    table.lose(jane);
    expect(table.pass(5 * minute + 2 * second).look()).toEqual(["rematch_closed"]);
  });

  /** Plays to the end by the server's rolls. */
  function timeOutAll(table: Table): RoomDecision {
    while (table.room.status === "playing") {
      const turn = game.turnOf(table.room.game);
      if (turn !== null) table.roll(turn);
    }
    return { ok: true, steps: [] };
  }
});

const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant("pass" as const), seconds: fc.nat({ max: 200 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom("lose", "comeBack", "disconnect", "connect", "roll", "leave"),
      who: fc.constantFrom(john, jane),
    }),
  },
);

describe(`whoever comes and goes (seed ${seed})`, () => {
  it("ends a game at most once, never against someone who is there, and keeps the clocks right", () => {
    let forfeits = 0;
    const property = fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
      const table = Table.playing();
      for (const step of happenings) {
        if (step.what === "pass") table.pass(step.seconds * second);
        else if (step.what === "roll") table.roll(step.who);
        else if (step.what === "leave") {
          if (happenings.length % 5 === 0) table.take(leaveRoom(table.room, step.who, at(table.now)));
        } else if (step.what === "lose" && table.isPresent(step.who)) table.lose(step.who);
        else if (step.what === "comeBack" && !table.isPresent(step.who)) table.comeBack(step.who);
        else if (step.what === "disconnect" && table.isPresent(step.who)) table.disconnect(step.who);
        else if (step.what === "connect" && !table.isPresent(step.who)) table.connect(step.who);

        const wasPlaying = table.room.status === "playing";
        for (let looks = 0; looks < 5; looks += 1) table.look();
        const { room } = table;
        const result = resultOf(room);
        if (wasPlaying && (result?.reason === "forfeit" || result?.reason === "abandoned")) {
          forfeits += 1;
          expect(table.isPresent(result.forfeitedBy ?? john)).toBe(false);
        }
        if (room.status !== "playing") continue;
        const turn = game.turnOf(room.game);
        const isAway = turn !== null && attendanceOf(room, turn).away !== null;
        expect(room.turnDeadline === null).toBe(turn === null || isAway);
      }
      expect(table.kinds.filter((kind) => kind === "game_over").length).toBeLessThanOrEqual(1);
    });
    fc.assert(property, { seed, numRuns: 3_000 });
    expect(forfeits).toBeGreaterThan(50);
  });
});
