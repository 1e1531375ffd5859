/**
 * The record of a finished game as it comes from outside: its shape, and the check that something has it. Like
 * verify.ts it needs nothing of the server's.
 */

/** A finished game, as `GET /api/games/{slug}/rooms/{roomId}/record` gives it. */
export interface DiceRecord {
  readonly roomId: string;
  /** The game's slug. */
  readonly gameType: string;
  /** The host first. */
  readonly players: readonly [DicePlayer, DicePlayer];
  /** SHA-256 of the server seed's bytes, which was shown before the first roll. */
  readonly serverSeedHash: string;
  /** 32 bytes, shown after the end. Both in lower-case hex. */
  readonly serverSeed: string;
  readonly clientSeeds: Readonly<Record<string, string>>;
  readonly rolls: readonly RecordedRoll[];
  readonly result: RecordedResult;
}

export interface DicePlayer {
  readonly id: string;
  readonly name: string;
}

export interface RecordedRoll {
  readonly turn: number;
  readonly playerId: string;
  readonly roll: number;
}

export interface RecordedResult {
  readonly winner: string | null;
  readonly reason: string;
  readonly finalScores: Readonly<Record<string, number>>;
  readonly forfeitedBy: string | null;
}

export type RecordReading =
  { readonly ok: true; readonly record: DiceRecord } | { readonly ok: false; readonly problem: string };

/** No game has more: a record that does is not worth computing. */
const maximumRolls = 10_000;

/** A game whose records can be checked. */
export interface DiceGame {
  readonly slug: string;
  readonly name: string;
}

/**
 * Takes a record apart that comes from outside: whether it has the shape of one, or what it lacks.
 * @param games those of which it may be a record
 */
export function readRecord(value: unknown, games: readonly DiceGame[]): RecordReading {
  try {
    return { ok: true, record: parseRecord(value, games) };
  } catch (error) {
    if (error instanceof WrongShape) return { ok: false, problem: error.message };
    throw error;
  }
}

class WrongShape extends Error {}

function parseRecord(value: unknown, games: readonly DiceGame[]): DiceRecord {
  const record = object(value, "The record");
  const game = games.find(({ slug }) => slug === record["gameType"]);
  if (game === undefined) {
    const slugs = games.map(({ slug }) => `"${slug}"`).join(" or ");
    const names = games.map(({ name }) => name).join(" or ");
    throw new WrongShape(`"gameType" must be ${slugs}: this is no record of ${names}.`);
  }
  const players = parsePlayers(record["players"]);
  return {
    roomId: text(record["roomId"], '"roomId"'),
    gameType: game.slug,
    players,
    serverSeedHash: hex64(record["serverSeedHash"], '"serverSeedHash"'),
    serverSeed: hex64(record["serverSeed"], '"serverSeed"'),
    clientSeeds: parseClientSeeds(record["clientSeeds"], players),
    rolls: list(record["rolls"], '"rolls"').map(parseRoll),
    result: parseResult(record["result"]),
  };
}

function parsePlayers(value: unknown): readonly [DicePlayer, DicePlayer] {
  const players = list(value, '"players"').map((entry, index) => {
    const player = object(entry, `"players[${index}]"`);
    return {
      id: text(player["id"], `"players[${index}].id"`),
      name: text(player["name"], `"players[${index}].name"`),
    };
  });
  const [host, guest, ...more] = players;
  if (host === undefined || guest === undefined || more.length > 0 || host.id === guest.id) {
    throw new WrongShape('"players" must be two different players, the host first.');
  }
  return [host, guest];
}

function parseClientSeeds(
  value: unknown,
  players: readonly [DicePlayer, DicePlayer],
): Readonly<Record<string, string>> {
  const seeds = object(value, '"clientSeeds"');
  const entries = players.map(({ id }) => {
    const seed = Object.hasOwn(seeds, id) ? seeds[id] : undefined;
    // Without a colon, or two pairs of seeds could spell the same text.
    if (typeof seed !== "string" || !/^[!-9;-~]{1,64}$/.test(seed)) {
      throw new WrongShape(
        `"clientSeeds" must have a seed for player ${id}: 1 to 64 printable ASCII characters, no colon.`,
      );
    }
    return [id, seed] as const;
  });
  return Object.fromEntries(entries);
}

function parseRoll(value: unknown, index: number): RecordedRoll {
  const roll = object(value, `"rolls[${index}]"`);
  const turn = wholeNumber(roll["turn"], `"rolls[${index}].turn"`);
  if (turn < 0 || turn >= maximumRolls) throw new WrongShape(`"rolls[${index}].turn" is out of range.`);
  return {
    turn,
    playerId: text(roll["playerId"], `"rolls[${index}].playerId"`),
    roll: wholeNumber(roll["roll"], `"rolls[${index}].roll"`),
  };
}

function parseResult(value: unknown): RecordedResult {
  const result = object(value, '"result"');
  const scores = object(result["finalScores"], '"result.finalScores"');
  return {
    winner: textOrNull(result["winner"], '"result.winner"'),
    reason: text(result["reason"], '"result.reason"'),
    finalScores: Object.fromEntries(
      Object.entries(scores).map(([id, score]) => [id, wholeNumber(score, `"result.finalScores.${id}"`)]),
    ),
    forfeitedBy: textOrNull(result["forfeitedBy"], '"result.forfeitedBy"'),
  };
}

function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WrongShape(`${what} must be an object.`);
  }
  return value as Readonly<Record<string, unknown>>; // just checked
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new WrongShape(`${what} must be a list.`);
  return value;
}

function text(value: unknown, what: string): string {
  if (typeof value !== "string" || value === "") throw new WrongShape(`${what} must be a text.`);
  return value;
}

function textOrNull(value: unknown, what: string): string | null {
  return value === null ? null : text(value, what);
}

function wholeNumber(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new WrongShape(`${what} must be a whole number.`);
  }
  return value;
}

function hex64(value: unknown, what: string): string {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) {
    throw new WrongShape(`${what} must be 64 lower-case hex digits.`);
  }
  return value;
}
