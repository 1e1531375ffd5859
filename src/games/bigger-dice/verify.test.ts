import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { biggerDiceCheck } from "./verify.ts";
import { readRecord, type DiceRecord, type RecordedRoll } from "../dice/record.ts";
import { computeRoll, sha256, verifyRecord as verifyBy, type Finding } from "../dice/verify.ts";

const verifyRecord = (record: DiceRecord) => verifyBy(record, biggerDiceCheck);

/** Computed once with Python's hmac and hashlib, from the words of the design alone. */
const vectors = [
  {
    serverSeed: "00".repeat(32),
    hash: "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925",
    clientSeeds: ["alpha", "beta"],
    rolls: [3, 4, 3, 4, 6, 4, 6, 4, 2, 3, 3, 6, 1, 6, 6, 1, 6, 1, 1, 4, 1, 2, 4, 3],
  },
  {
    serverSeed: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    hash: "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd",
    clientSeeds: ["!~", "0"],
    rolls: [1, 3, 4, 4, 2, 4, 3, 1, 4, 4, 2, 1, 2, 5, 2, 1, 6, 4, 1, 4, 2, 6, 5, 5],
  },
  {
    serverSeed: "ff".repeat(32),
    hash: "af9613760f72635fbdb44a5a0a63c39f12af30f950a6ee5c971be188e89c4051",
    clientSeeds: ["x".repeat(64), "y".repeat(64)],
    rolls: [2, 5, 6, 5, 3, 2, 4, 5, 4, 1, 4, 6, 6, 3, 3, 4, 3, 1, 4, 4, 2, 1, 4, 5],
  },
] as const;

/** A whole game with honest dice, to ten points. */
async function honestGame(serverSeed: string, seeds: readonly [string, string]): Promise<DiceRecord> {
  const players = [
    { id: "1", name: "john" },
    { id: "2", name: "jane" },
  ] as const;
  const scores: Record<string, number> = { "1": 0, "2": 0 };
  const rolls: RecordedRoll[] = [];
  for (let round = 1; scores["1"] !== 10 && scores["2"] !== 10; round += 1) {
    const order = round % 2 === 1 ? ["1", "2"] : ["2", "1"];
    const made: RecordedRoll[] = [];
    for (const playerId of order) {
      const turn = rolls.length;
      const roll = { turn, playerId, roll: (await computeRoll(serverSeed, seeds, turn)).roll };
      rolls.push(roll);
      made.push(roll);
    }
    const [first, second] = made;
    if (first === undefined || second === undefined || first.roll === second.roll) continue;
    const winner = first.roll > second.roll ? first.playerId : second.playerId;
    scores[winner] = (scores[winner] ?? 0) + 1;
  }
  return {
    roomId: "5e9f0a34-27b0-4c39-8c8e-0f8f7f3f6f11",
    gameType: "bigger_dice",
    players,
    serverSeedHash: await sha256(serverSeed),
    serverSeed,
    clientSeeds: { "1": seeds[0], "2": seeds[1] },
    rolls,
    result: {
      winner: scores["1"] === 10 ? "1" : "2",
      reason: "score",
      finalScores: scores,
      forfeitedBy: null,
    },
  };
}

const game = await honestGame(vectors[1].serverSeed, vectors[1].clientSeeds);

async function kindsOf(record: DiceRecord): Promise<readonly Finding["kind"][]> {
  return (await verifyRecord(record)).findings.map(({ kind }) => kind);
}

describe("the dice formula", () => {
  for (const { serverSeed, hash, clientSeeds, rolls } of vectors) {
    it(`gives what an independent program computed for the seed ${serverSeed.slice(0, 8)}…`, async () => {
      expect(await sha256(serverSeed)).toBe(hash);
      const computed = await Promise.all(
        rolls.map(async (_, n) => (await computeRoll(serverSeed, clientSeeds, n)).roll),
      );
      expect(computed).toEqual([...rolls]);
    });
  }

  it("passes over bytes of 252 and more", async () => {
    // Their first bytes are fc, fc, fe, ff; the second ones 37, 6d, 90, 6c.
    const computed = await Promise.all(
      [125, 212, 226, 360].map(
        async (n) => (await computeRoll(vectors[1].serverSeed, vectors[1].clientSeeds, n)).roll,
      ),
    );
    expect(computed).toEqual([2, 2, 1, 1]);
  });
});

describe("verifying a record", () => {
  it("finds nothing wrong with an honest game", async () => {
    const verification = await verifyRecord(game);
    expect(verification.findings).toEqual([]);
    expect(verification.ok).toBe(true);
    expect(verification.rolls.every(({ ok }) => ok)).toBe(true);
    expect(verification.scores).toEqual(game.result.finalScores);
  });

  it("names a server seed that is not the promised one", async () => {
    expect(await kindsOf({ ...game, serverSeedHash: "ab".repeat(32) })).toEqual(["server_seed"]);
  });

  it("names a roll that the seeds do not give", async () => {
    const rolls = game.rolls.with(3, { turn: 3, playerId: game.rolls[3]?.playerId ?? "", roll: 6 });
    const { findings } = await verifyRecord({ ...game, rolls });
    expect(findings.map(({ message }) => message)).toEqual([
      "Roll 3 is 6 in the record, but the seeds give 4.",
    ]);
  });

  it("names rolls that are missing, doubled, or out of order", async () => {
    expect(await kindsOf({ ...game, rolls: game.rolls.toSpliced(4, 1) })).toEqual(["missing_roll"]);
    const [first, second, ...rest] = game.rolls;
    if (first === undefined || second === undefined) throw new Error("The game has rolls.");
    expect(await kindsOf({ ...game, rolls: [first, first, second, ...rest] })).toEqual(["doubled_roll"]);
    expect(await kindsOf({ ...game, rolls: [second, first, ...rest] })).toEqual(["reordered_roll"]);
  });

  it("says a long gap in one sentence", async () => {
    const { findings } = await verifyRecord({ ...game, rolls: game.rolls.toSpliced(2, 5) });
    expect(findings.map(({ message }) => message)).toEqual(["Rolls 2 to 6 are missing."]);
  });

  it("names a roll given to the player whose turn it was not", async () => {
    const rolls = game.rolls.map((roll) => (roll.turn === 2 ? { ...roll, playerId: "1" } : roll));
    const { findings } = await verifyRecord({ ...game, rolls });
    expect(findings.map(({ message }) => message)).toEqual([
      "Roll 2 was the turn of jane, but the record gives it to john.",
    ]);
  });

  it("names rolls after the end of the game", async () => {
    const turn = game.rolls.length;
    const roll = (await computeRoll(game.serverSeed, ["!~", "0"], turn)).roll;
    const playerId = (turn / 2) % 2 === 0 ? "1" : "2";
    expect(await kindsOf({ ...game, rolls: [...game.rolls, { turn, playerId, roll }] })).toEqual([
      "roll_after_end",
    ]);
  });

  it("names the wrong winner and the wrong score", async () => {
    const loser = game.result.winner === "1" ? "2" : "1";
    expect(await kindsOf({ ...game, result: { ...game.result, winner: loser } })).toEqual(["wrong_winner"]);
    const finalScores = { ...game.result.finalScores, [loser]: 9 };
    expect(await kindsOf({ ...game, result: { ...game.result, finalScores } })).toEqual(["wrong_scores"]);
  });

  it("gives the win to the one who stayed when the other left, and to nobody when both did", async () => {
    const rolls = game.rolls.slice(0, 1);
    const finalScores = { "1": 0, "2": 0 };
    const left = { winner: "2", reason: "left", finalScores, forfeitedBy: "1" };
    expect(await kindsOf({ ...game, rolls, result: left })).toEqual([]);
    expect(await kindsOf({ ...game, rolls, result: { ...left, winner: "1" } })).toEqual(["wrong_winner"]);
    const abandoned = { ...left, reason: "abandoned" };
    expect(await kindsOf({ ...game, rolls, result: { ...abandoned, winner: null } })).toEqual([]);
    expect(await kindsOf({ ...game, rolls, result: abandoned })).toEqual(["wrong_winner"]);
    expect(await kindsOf({ ...game, rolls, result: { ...left, reason: "luck" } })).toEqual(["wrong_reason"]);
  });

  it("does not let anyone give up a game that was won by score", async () => {
    const loser = game.result.winner === "1" ? "2" : "1";
    const result = { ...game.result, reason: "left", winner: loser, forfeitedBy: game.result.winner };
    expect(await kindsOf({ ...game, result })).toEqual(["wrong_reason"]);
  });
});

describe("whatever is changed in an honest record is found", () => {
  const seed = 20261125;
  const hexSeed = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString("hex"));
  const clientSeed = fc.stringMatching(/^[!-9;-~]{1,64}$/);
  const honest = fc.tuple(hexSeed, clientSeed, clientSeed);

  const property = (
    change: (record: DiceRecord, pick: (below: number) => number) => DiceRecord,
  ): fc.IAsyncProperty<[[string, string, string], number[]]> =>
    fc.asyncProperty(honest, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), async (seeds, numbers) => {
      const record = await honestGame(seeds[0], [seeds[1], seeds[2]]);
      expect((await verifyRecord(record)).findings).toEqual([]);
      let next = 0;
      const pick = (below: number): number => (numbers[next++ % numbers.length] ?? 0) % below;
      expect((await verifyRecord(change(record, pick))).ok).toBe(false);
    });

  const changes: Record<string, (record: DiceRecord, pick: (below: number) => number) => DiceRecord> = {
    "a roll's value": (record, pick) => {
      const at = pick(record.rolls.length);
      const rolls = record.rolls.map((roll, index) =>
        index === at ? { ...roll, roll: ((roll.roll + pick(5)) % 6) + 1 } : roll,
      );
      return { ...record, rolls };
    },
    "a roll's player": (record, pick) => {
      const at = pick(record.rolls.length);
      const rolls = record.rolls.map((roll, index) =>
        index === at ? { ...roll, playerId: roll.playerId === "1" ? "2" : "1" } : roll,
      );
      return { ...record, rolls };
    },
    "a roll taken away": (record, pick) => ({
      ...record,
      rolls: record.rolls.toSpliced(pick(record.rolls.length), 1),
    }),
    "a roll doubled": (record, pick) => {
      const roll = record.rolls[pick(record.rolls.length)];
      return {
        ...record,
        rolls: record.rolls.toSpliced(pick(record.rolls.length), 0, ...(roll ? [roll] : [])),
      };
    },
    "two rolls exchanged": (record, pick) => {
      const one = pick(record.rolls.length);
      const other = (one + 1 + pick(record.rolls.length - 1)) % record.rolls.length;
      const rolls = [...record.rolls];
      [rolls[one], rolls[other]] = [rolls[other] as RecordedRoll, rolls[one] as RecordedRoll]; // both in range
      return { ...record, rolls };
    },
    "the server seed": (record, pick) => {
      const at = pick(64);
      const digit = ((Number.parseInt(record.serverSeed[at] ?? "0", 16) + 1 + pick(15)) % 16).toString(16);
      return {
        ...record,
        serverSeed: record.serverSeed.slice(0, at) + digit + record.serverSeed.slice(at + 1),
      };
    },
    "a client seed": (record, pick) => {
      const id = record.players[pick(2)]?.id ?? "1";
      const before = record.clientSeeds[id] ?? "";
      const after = before.length < 64 ? `${before}x` : before.slice(1);
      return { ...record, clientSeeds: { ...record.clientSeeds, [id]: after } };
    },
    "the order of the players": (record) => {
      const [host, guest] = record.players;
      return { ...record, players: [guest, host] };
    },
    "the winner": (record) => ({
      ...record,
      result: { ...record.result, winner: record.result.winner === "1" ? "2" : "1" },
    }),
  };

  for (const [what, change] of Object.entries(changes)) {
    it(`${what} (seed ${seed})`, async () => {
      await fc.assert(property(change), { seed, numRuns: 25 });
    });
  }
});

describe("reading a record from outside", () => {
  const seed = 20261125;
  const raw = { ...game };
  const known = [biggerDiceCheck];

  it("takes what the API gives, and ignores fields it does not know", () => {
    expect(readRecord(JSON.parse(JSON.stringify({ ...raw, more: 1 })), known)).toEqual({
      ok: true,
      record: game,
    });
  });

  it("says what is wrong with anything else", () => {
    const cases: [unknown, RegExp][] = [
      [null, /The record must be an object/],
      [[], /The record must be an object/],
      [{ ...raw, gameType: "chess" }, /no record of Bigger Dice/],
      [{ ...raw, players: [game.players[0]] }, /two different players/],
      [{ ...raw, players: [game.players[0], game.players[0]] }, /two different players/],
      [{ ...raw, serverSeed: "AB".repeat(32) }, /"serverSeed" must be 64 lower-case hex digits/],
      [{ ...raw, serverSeedHash: "" }, /"serverSeedHash"/],
      [{ ...raw, clientSeeds: { "1": "a:b", "2": "c" } }, /seed for player 1/],
      [{ ...raw, clientSeeds: { "1": "a" } }, /seed for player 2/],
      [
        { ...raw, rolls: [{ turn: 0, playerId: "1", roll: 2.5 }] },
        /"rolls\[0\].roll" must be a whole number/,
      ],
      [{ ...raw, rolls: [{ turn: 1e9, playerId: "1", roll: 2 }] }, /out of range/],
      [{ ...raw, result: { winner: "1" } }, /"result.finalScores"/],
    ];
    for (const [value, problem] of cases) {
      const reading = readRecord(value, known);
      expect(reading.ok ? "accepted" : reading.problem).toMatch(problem);
    }
  });

  it(`never throws, whatever it is given (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (value) => {
        readRecord(value, known);
      }),
      { seed },
    );
  });
});
