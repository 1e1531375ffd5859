import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { decide, evolve, forfeit, setup } from "./rules.ts";
import { draws, turnTotal, type PigState } from "./state.ts";
import { pigCheck } from "./verify.ts";
import type { DiceRecord } from "../dice/record.ts";
import { computeRoll, sha256, verifyRecord, type Finding } from "../dice/verify.ts";
import { asUserId } from "../../protocol/ids.ts";

const john = asUserId("1");
const jane = asUserId("2");
const serverSeed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const seeds = ["!~", "0"] as const;

/** Holds at this many points, and goes on until somebody has won or `moves` are made. */
async function play(dare: number, moves = 2000, serverSeedOf = serverSeed): Promise<PigState> {
  const rolls: number[] = [];
  let state = setup([john, jane]);
  for (let n = 0; n < moves && state.result === null; n += 1) {
    rolls[draws(state).length] ??= (await computeRoll(serverSeedOf, seeds, draws(state).length)).roll;
    const type = turnTotal(state) >= dare ? "games.command.pig.hold" : "games.command.pig.roll";
    const decision = decide(state, state.roller, { type, payload: {} }, { roll: (at) => rolls[at] ?? 0 });
    if (decision.ok) state = decision.events.reduce(evolve, state);
  }
  return state;
}

async function recordOf(state: PigState, serverSeedOf = serverSeed): Promise<DiceRecord> {
  if (state.result === null) throw new Error("It is not over.");
  return {
    roomId: "5e9f0a34-27b0-4c39-8c8e-0f8f7f3f6f11",
    gameType: "pig",
    players: [
      { id: john, name: "john" },
      { id: jane, name: "jane" },
    ],
    serverSeedHash: await sha256(serverSeedOf),
    serverSeed: serverSeedOf,
    clientSeeds: { [john]: seeds[0], [jane]: seeds[1] },
    rolls: draws(state),
    result: state.result,
  };
}

const findingsIn = async (record: DiceRecord): Promise<readonly Finding[]> =>
  (await verifyRecord(record, pigCheck)).findings;
const kindsIn = async (record: DiceRecord) => (await findingsIn(record)).map(({ kind }) => kind);

const game = await recordOf(await play(20));

describe("checking a record of Pig", () => {
  it("finds nothing wrong with an honest game, and counts its turns", async () => {
    const { findings, rolls, scores } = await verifyRecord(game, pigCheck);
    expect(findings).toEqual([]);
    expect(scores).toEqual(game.result.finalScores);
    expect(rolls.map(({ playerId }) => playerId)).toEqual(game.rolls.map(({ playerId }) => playerId));
    expect(rolls.every(({ round, playerId }) => playerId === (round % 2 === 1 ? john : jane))).toBe(true);
  });

  it("names a roll in a turn that a 1 had ended", async () => {
    const at = game.rolls.findIndex(({ roll }) => roll === 1) + 1;
    const { playerId = "" } = game.rolls[at] ?? {};
    const other = playerId === john ? jane : john;
    const rolls = game.rolls.map((roll) => (roll.turn === at ? { ...roll, playerId: other } : roll));
    expect(await kindsIn({ ...game, rolls })).toContain("wrong_player");
  });

  it("names rolls after somebody had 100 points", async () => {
    const turn = game.rolls.length;
    const playerId = game.result.winner === john ? jane : john;
    const { roll } = await computeRoll(serverSeed, seeds, turn);
    const findings = await findingsIn({ ...game, rolls: [...game.rolls, { turn, playerId, roll }] });
    expect(findings.map(({ kind }) => kind)).toContain("roll_after_end");
    expect(findings[0]?.message).toContain("100 points");
  });

  it("takes a last turn that was held and one that was open when the other gave up, and nothing else", async () => {
    const left = forfeit(await play(20, 2), jane, "left");
    const { roller } = left;
    const open = await recordOf(left);
    expect(await kindsIn(open)).toEqual([]);
    const scored = (points: number): DiceRecord => ({
      ...open,
      result: { ...open.result, finalScores: { ...open.result.finalScores, [roller]: points } },
    });
    const total = turnTotal(left);
    if (total > 0) expect(await kindsIn(scored(total))).toEqual([]);
    expect(await kindsIn(scored(total + 1))).toEqual(["wrong_scores"]);
  });

  it("does not let anyone win whose points were never held", async () => {
    const half = forfeit(await play(20, 40), jane, "left");
    const record = await recordOf(half);
    expect(await kindsIn(record)).toEqual([]);
    const result = { ...record.result, reason: "score", forfeitedBy: null };
    expect(await kindsIn({ ...record, result })).toEqual(["wrong_winner"]);
  });
});

describe("whatever is changed in an honest record of Pig is found", () => {
  const seed = 20_261_126;
  type Change = (record: DiceRecord, pick: (below: number) => number) => DiceRecord;
  const changes: Record<string, Change> = {
    "a roll's value": (record, pick) => {
      const at = pick(record.rolls.length);
      const change = (roll: number) => ((roll + pick(5)) % 6) + 1;
      const rolls = record.rolls.map((each, n) => (n === at ? { ...each, roll: change(each.roll) } : each));
      return { ...record, rolls };
    },
    "a roll's player": (record, pick) => {
      const at = pick(record.rolls.length);
      const other = (id: string) => (id === john ? jane : john);
      const rolls = record.rolls.map((each, n) =>
        n === at ? { ...each, playerId: other(each.playerId) } : each,
      );
      return { ...record, rolls };
    },
    "a roll taken away": (record, pick) => ({
      ...record,
      rolls: record.rolls.toSpliced(pick(record.rolls.length), 1),
    }),
    "the order of the players": (record) => ({
      ...record,
      players: [record.players[1], record.players[0]],
    }),
    "a client seed": (record, pick) => ({
      ...record,
      clientSeeds: { ...record.clientSeeds, [pick(2) === 0 ? john : jane]: "another" },
    }),
    "a score": (record, pick) => {
      const player = pick(2) === 0 ? john : jane;
      const score = (record.result.finalScores[player] ?? 0) + 1 + pick(5);
      const finalScores = { ...record.result.finalScores, [player]: score };
      return { ...record, result: { ...record.result, finalScores } };
    },
    "the winner": (record) => {
      const winner = record.result.winner === john ? jane : john;
      return { ...record, result: { ...record.result, winner } };
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`${what} (seed ${seed})`, async () => {
      const hexSeed = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex());
      const dare = fc.integer({ min: 2, max: 40 });
      const numbers = fc.array(fc.nat(), { minLength: 4, maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(hexSeed, dare, numbers, async (secret, daring, chosen) => {
          const record = await recordOf(await play(daring, 20_000, secret), secret);
          expect(await findingsIn(record)).toEqual([]);
          let next = 0;
          const pick = (below: number): number => (chosen[next++ % chosen.length] ?? 0) % below;
          expect(await kindsIn(change(record, pick))).not.toEqual([]);
        }),
        { seed, numRuns: 20 },
      );
    });
  }
});
