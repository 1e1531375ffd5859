/** The small pure parts of the board. */
import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { clockFace, secondsLeft, untilNextTick } from "./countdown.ts";
import { aboutAxis, apply, dot, faceNormals, multiply, poseAt, restingPose, topFace } from "./dice-pose.ts";
import { checkAgainstPage } from "./page-checks.ts";
import { newClientSeed, recall, rememberClientSeed, rememberHash } from "../seed-memory.ts";
import { TurnTitle } from "./turn-title.ts";
import type { DiceRecord } from "../../games/dice/record.ts";
import type { Verification } from "../../games/dice/verify.ts";

const seed = 20261125;

describe("a countdown", () => {
  it("shows one second until the very deadline, and never zero before it (F18)", () => {
    expect(secondsLeft(10_000, 9_999)).toBe(1);
    expect(secondsLeft(10_000, 10_000)).toBe(0);
    expect(secondsLeft(10_000, 12_000)).toBe(0);
    expect(secondsLeft(60_000, 0)).toBe(60);
  });

  it(`ticks exactly when the number changes (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400_000 }),
        fc.integer({ min: 0, max: 400_000 }),
        (deadline, now) => {
          const delay = untilNextTick(deadline, now);
          if (delay === null) return expect(secondsLeft(deadline, now)).toBe(0);
          expect(delay).toBeGreaterThan(0);
          expect(secondsLeft(deadline, now + delay - 0.001)).toBe(secondsLeft(deadline, now));
          expect(secondsLeft(deadline, now + delay)).toBe(secondsLeft(deadline, now) - 1);
        },
      ),
      { seed },
    );
  });

  it("shows minutes where there are some", () => {
    expect([clockFace(9), clockFace(60), clockFace(271)]).toEqual(["9", "1:00", "4:31"]);
  });
});

describe("a thrown die", () => {
  const toss = fc.record({
    face: fc.integer({ min: 1, max: 6 }),
    turn: fc.nat({ max: 500 }),
    from: fc.constantFrom("left" as const, "right" as const),
  });

  it(`ends flat on the table with its number up (seed ${seed})`, () => {
    fc.assert(
      fc.property(toss, (one) => {
        const rest = restingPose(one);
        expect(topFace(rest)).toBe(one.face);
        expect(apply(rest.rotation, faceNormals[one.face] ?? [0, 0, 0])[2]).toBeCloseTo(1, 6);
        expect(Math.hypot(...rest.position)).toBeCloseTo(0, 6);
      }),
      { seed },
    );
  });

  it(`never sinks into the table (seed ${seed})`, () => {
    fc.assert(
      fc.property(toss, fc.double({ min: 0, max: 1, noNaN: true }), (one, progress) => {
        const { position, rotation } = poseAt(one, progress);
        const [x, y, z] = rotation[2];
        const lowestCorner = position[2] - (Math.abs(x) + Math.abs(y) + Math.abs(z)) / 2;
        expect(lowestCorner).toBeGreaterThanOrEqual(-0.5 - 1e-9);
      }),
      { seed },
    );
  });

  it("is a real die: opposite faces add up to seven", () => {
    for (const face of [1, 2, 3]) {
      expect(dot(faceNormals[face] ?? [0, 0, 0], faceNormals[7 - face] ?? [0, 0, 0])).toBe(-1);
    }
  });

  it("turns without being bent", () => {
    const turned = multiply(aboutAxis([0, 0, 1], 1), aboutAxis([0, 1, 0], 2));
    expect(dot(turned[0], turned[0])).toBeCloseTo(1, 9);
    expect(dot(turned[0], turned[1])).toBeCloseTo(0, 9);
  });
});

describe("the page's title", () => {
  it("calls while nobody looks, and is what it was before afterwards", () => {
    const page = { title: "Sunny side" };
    const title = new TurnTitle(page, "Bigger Dice");
    title.show(true);
    title.show(true);
    expect(page.title).toBe("Your turn – Bigger Dice");
    title.show(false);
    expect(page.title).toBe("Sunny side");
  });

  it("leaves alone what somebody else has written meanwhile", () => {
    const page = { title: "Sunny side" };
    const title = new TurnTitle(page, "Bigger Dice");
    title.show(true);
    page.title = "(3) Sunny side";
    title.show(false);
    expect(page.title).toBe("(3) Sunny side");
  });
});

describe("what a tab remembers of the dice", () => {
  it("works without storage, and keeps the first hash that it saw (F32)", () => {
    // There is no sessionStorage here at all, as in a page that may not use it.
    rememberHash("a", "first");
    rememberHash("a", "second");
    rememberClientSeed("a", "mine");
    expect(recall("a")).toEqual({ serverSeedHash: "first", clientSeed: "mine" });
    expect(recall("b")).toEqual({ serverSeedHash: null, clientSeed: null });
  });

  it("draws seeds that the wire takes", () => {
    expect(newClientSeed()).toMatch(/^[!-9;-~]{1,64}$/);
    expect(newClientSeed()).not.toBe(newClientSeed());
  });
});

describe("what the page adds to the check of the dice", () => {
  const record: DiceRecord = {
    roomId: "r",
    gameType: "bigger_dice",
    players: [
      { id: "1", name: "john" },
      { id: "2", name: "jane" },
    ],
    serverSeedHash: "ab",
    serverSeed: "cd",
    clientSeeds: { "1": "one", "2": "two" },
    rolls: [
      { turn: 0, playerId: "1", roll: 3 },
      { turn: 1, playerId: "2", roll: 4 },
    ],
    result: { winner: "2", reason: "left", finalScores: { "1": 0, "2": 1 }, forfeitedBy: "1" },
  };
  const verification: Verification = { ok: true, findings: [], computedHash: "ab", rolls: [], scores: {} };
  const seen = record.rolls;
  const memory = { serverSeedHash: "ab", clientSeed: "one" };
  const verdicts = (...args: Parameters<typeof checkAgainstPage>): (boolean | null)[] =>
    checkAgainstPage(...args).map(({ ok }) => ok);

  it("is content where hash, seed and rolls are what it knows", () => {
    expect(verdicts(record, verification, "1", memory, seen)).toEqual([true, true, true]);
  });

  it("finds another hash, another seed, other rolls, and rolls that it has never seen", () => {
    expect(verdicts(record, verification, "1", { serverSeedHash: "00", clientSeed: "x" }, seen)).toEqual([
      false,
      false,
      true,
    ]);
    const other = [{ playerId: "1", roll: 6 }];
    expect(verdicts(record, verification, "1", memory, other).at(-1)).toBe(false);
    expect(verdicts(record, verification, "1", memory, seen.slice(0, 1)).at(-1)).toBe(false);
    expect(verdicts({ ...record, rolls: [] }, verification, "1", memory, seen).at(-1)).toBe(false);
  });

  it("says what it cannot compare, and does not ask somebody who watched for a seed", () => {
    const nothing = { serverSeedHash: null, clientSeed: null };
    expect(verdicts(record, verification, "1", nothing, seen)).toEqual([null, null, true]);
    expect(verdicts(record, verification, "9", nothing, seen)).toEqual([null, true]);
  });
});
