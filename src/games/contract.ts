/** What the platform asks of every game, whatever its rules: `src/main/catalogue.test.ts` runs it on each. */
import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { Compile } from "typebox/compile";
import { verifyRecord } from "./dice/verify.ts";
import { fairRandom, hashSeed } from "./fair-random.ts";
import type { Game, GameMessage } from "./game.ts";
import { asUserId, type GameOverReason, type UserId } from "../protocol/index.ts";

const seed = 20_261_126;
const host = asUserId("1");
const guest = asUserId("2");
const roomId = "5e9f0a34-27b0-4c39-8c8e-0f8f7f3f6f11";
const clientSeeds = { [host]: "sun", [guest]: "moon" };
const serverSeeds = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString("hex"));
/** A game in which nobody does anything has ended long before. */
const mostTurns = 20_000;

interface Moment {
  /** The event begins what one command does: between these, nothing else can happen. */
  readonly isFirst: boolean;
  readonly before: unknown;
  readonly after: unknown;
  readonly event: GameMessage;
}

/** A game in which every turn is let run out, which is legal in all of them: each event, with the states around it. */
function* idleGame(game: Game, serverSeed: string): Generator<Moment> {
  const random = fairRandom(serverSeed, Object.values(clientSeeds));
  let state = game.setup([host, guest]);
  for (let turn = 0; turn < mostTurns && game.result(state) === null; turn += 1) {
    for (const [index, event] of game.timeout(state, random).entries()) {
      const after = game.evolve(state, event);
      yield { isFirst: index === 0, before: state, after, event };
      state = after;
    }
  }
}

/** As the store gives it back. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

export function describeGame(game: Game): void {
  const { slug } = game;
  const everyGame = (check: (moments: readonly Moment[], serverSeed: string) => void): void => {
    const property = fc.property(serverSeeds, (serverSeed) =>
      check([...idleGame(game, serverSeed)], serverSeed),
    );
    fc.assert(property, { seed, numRuns: 20 });
  };

  describe(`${slug} is a game of the platform`, () => {
    it("declares its messages under its own name, with an end and a snapshot", () => {
      const types = game.messages.map(({ type }) => type);
      for (const type of types)
        expect(type).toMatch(new RegExp(`^games\\.(command|event)\\.${slug}\\.[a-z_]+$`));
      expect(types).toContain(`games.event.${slug}.game_over`);
      expect(types).toContain(`games.event.${slug}.state_sync`);
    });

    it("begins with somebody's turn and no result", () => {
      const state = game.setup([host, guest]);
      expect([host, guest]).toContain(game.turnOf(state) as UserId);
      expect(game.result(state)).toBeNull();
      expect(game.draws(state)).toEqual([]);
    });

    it(`emits what it declares, and another turn number after each event that leaves a turn (seed ${seed})`, () => {
      const validators = new Map(game.messages.map(({ type, schema }) => [type, Compile(schema)]));
      everyGame((moments) => {
        moments.forEach(({ event, before, after }, index) => {
          // What the platform adds.
          const frame = { ...event.payload, roomId, seq: index + 1, turnDeadline: null };
          expect([event.type, validators.get(event.type)?.Check(frame)]).toEqual([event.type, true]);
          const isOpen = game.turnOf(before) !== null && game.turnOf(after) !== null;
          if (isOpen) expect(game.turnNumber(after)).not.toBe(game.turnNumber(before));
        });
      });
    });

    it(`comes back from the store as it was, and shows nothing that is no JSON (seed ${seed})`, () => {
      everyGame((moments) => {
        for (const { after } of moments) {
          expect(stored(after)).toEqual(after);
          expect(stored(game.view(after, "player"))).toEqual(game.view(after, "player"));
        }
      });
    });

    it(`draws each number once, as the record says, and ends (seed ${seed})`, () => {
      everyGame((moments, serverSeed) => {
        const random = fairRandom(serverSeed, Object.values(clientSeeds));
        const last = moments.at(-1)?.after;
        expect(game.result(last)).not.toBeNull();
        expect(game.turnOf(last)).toBeNull();
        game.draws(last).forEach(({ turn, roll }, n) => {
          expect(turn).toBe(n);
          if (game.dice !== null) expect(roll).toBe(random.roll(n, 6));
        });
      });
    });

    it(`can be given up at any moment: the other wins, and nobody where both have gone (seed ${seed})`, () => {
      everyGame((moments) => {
        for (const { before: state, isFirst } of moments) {
          if (!isFirst) continue;
          for (const [loser, other] of [
            [host, guest],
            [guest, host],
          ] as const) {
            const ended = (reason: GameOverReason) => game.result(game.forfeit(state, loser, reason));
            expect(ended("left")).toMatchObject({ winner: other, reason: "left", forfeitedBy: loser });
            expect(ended("abandoned")).toMatchObject({ winner: null, reason: "abandoned" });
          }
        }
      });
    });

    it.skipIf(game.dice === null)(
      `has a record that its own check finds right, played out and given up (seed ${seed})`,
      async () => {
        const { dice } = game;
        if (dice === null) return;
        expect([dice.slug, dice.name]).toEqual([slug, game.catalogue.name]);
        const property = fc.asyncProperty(serverSeeds, fc.nat(), async (serverSeed, at) => {
          const moments = [...idleGame(game, serverSeed)];
          const between = moments.filter(({ isFirst }) => isFirst);
          const half = between[at % between.length]?.before;
          for (const state of [moments.at(-1)?.after, game.forfeit(half, guest, "left")]) {
            const result = game.result(state);
            if (result === null) throw new Error("It is over.");
            const record = {
              roomId,
              gameType: slug,
              players: [
                { id: host, name: "john" },
                { id: guest, name: "jane" },
              ] as const,
              serverSeedHash: hashSeed(serverSeed),
              serverSeed,
              clientSeeds,
              rolls: game.draws(state),
              result,
            };
            expect((await verifyRecord(record, dice)).findings).toEqual([]);
          }
        });
        await fc.assert(property, { seed, numRuns: 20 });
      },
    );
  });
}
