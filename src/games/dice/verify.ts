/**
 * Checks the dice of a finished game from its record alone (G6). It runs in the page and on the command line,
 * needs nothing but WebCrypto, and on purpose shares no code with the server: what the server says is recomputed
 * from what it committed to, not from its own functions. `docs/checking-dice.md` says the same in words.
 */
import type { DiceGame, DiceRecord, RecordedRoll } from "./record.ts";

/** What is wrong with a record. */
export interface Finding {
  readonly kind:
    | "server_seed"
    | "missing_roll"
    | "doubled_roll"
    | "reordered_roll"
    | "forged_roll"
    | "wrong_player"
    | "roll_after_end"
    | "wrong_scores"
    | "wrong_winner"
    | "wrong_reason";
  /** A sentence for a person. */
  readonly message: string;
}

/** One roll of the record, computed again. */
export interface ComputedRoll {
  readonly turn: number;
  /** What the server seed was applied to for the block that gave the roll. */
  readonly hashed: string;
  readonly expected: number;
  /** null: the record has no such roll. */
  readonly got: number | null;
  readonly ok: boolean;
}

/** Where a roll stands in its game. */
export interface Place {
  /** Rolls of a round belong together; from 1. */
  readonly round: number;
  /** Who had to roll. */
  readonly playerId: string;
}

export type CheckedRoll = ComputedRoll & Place;

/** What the game's rules make of the computed dice. */
export interface Course {
  /** For each roll, in order. */
  readonly places: readonly Place[];
  /** Where the record took another course than the rules. */
  readonly findings: readonly Finding[];
  readonly scores: Readonly<Record<string, number>>;
  /** Who has won by score; null while nobody has. */
  readonly winner: string | null;
}

/**
 * A game of dice as its records are checked: the rules once more, by themselves. A mistake in the game's own rules
 * must not be able to hide in here.
 */
export interface DiceRules extends DiceGame {
  /** Where one has won, in words: "ten points". */
  readonly goal: string;
  /** What the game calls its rounds: "Round", "Turn". */
  readonly roundName: string;
  /** Plays the game again with the computed dice. */
  follow(record: DiceRecord, rolls: readonly ComputedRoll[]): Course;
}

export interface Verification {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  /** SHA-256 of the shown server seed, to compare with the hash that was seen before the game. */
  readonly computedHash: string;
  readonly rolls: readonly CheckedRoll[];
  /** By player, recomputed from the seeds. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Recomputes everything that the record says, from its seeds. */
export async function verifyRecord(record: DiceRecord, rules: DiceRules): Promise<Verification> {
  const computedHash = await sha256(record.serverSeed);
  const rolls = await recompute(record);
  const course = rules.follow(record, rolls);
  const findings = [
    ...seedFindings(record, computedHash),
    ...sequenceFindings(record.rolls),
    ...forgedRolls(rolls),
    ...wrongPlayers(record, course.places),
    ...course.findings,
    ...resultFindings(record, course, rules),
  ];
  return {
    ok: findings.length === 0,
    findings,
    computedHash,
    rolls: rolls.map((roll, turn) => ({ ...roll, ...placeOf(course.places, turn) })),
    scores: course.scores,
  };
}

function placeOf(places: readonly Place[], turn: number): Place {
  const place = places[turn];
  if (place === undefined) throw new Error("The rules of a game give each of its rolls a place.");
  return place;
}

/**
 * Roll n of a game: for block b = 0, 1, … HMAC-SHA-256 with the server seed's bytes as key over
 * `{seed of players[0]}:{seed of players[1]}:{n}:{b}`; the first byte below 252 gives byte mod 6 + 1.
 * 252 is the largest multiple of 6 in a byte: without the rejection, 1 to 4 would come up more often.
 */
export async function computeRoll(
  serverSeed: string,
  clientSeeds: readonly [string, string],
  n: number,
): Promise<{ readonly roll: number; readonly hashed: string }> {
  return rollWith(await hmacKey(serverSeed), clientSeeds, n);
}

async function rollWith(
  key: CryptoKey,
  clientSeeds: readonly [string, string],
  n: number,
): Promise<{ readonly roll: number; readonly hashed: string }> {
  for (let block = 0; ; block += 1) {
    const hashed = `${clientSeeds[0]}:${clientSeeds[1]}:${n}:${block}`;
    const digest = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(hashed));
    for (const byte of new Uint8Array(digest)) if (byte < 252) return { roll: (byte % 6) + 1, hashed };
  }
}

/** SHA-256 of the bytes that `hex` spells, as lower-case hex. */
export async function sha256(hex: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", fromHex(hex))));
}

async function hmacKey(serverSeed: string): Promise<CryptoKey> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  return crypto.subtle.importKey("raw", fromHex(serverSeed), algorithm, false, ["sign"]);
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function seedFindings(record: DiceRecord, computedHash: string): Finding[] {
  if (computedHash === record.serverSeedHash) return [];
  const message =
    `The server seed is not the one that was promised: its SHA-256 is ${computedHash}, ` +
    `but ${record.serverSeedHash} was shown before the game.`;
  return [{ kind: "server_seed", message }];
}

/** The rolls must be numbered 0, 1, 2, … in the order in which they were made. */
function sequenceFindings(rolls: readonly RecordedRoll[]): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<number>();
  let highest = -1;
  for (const { turn } of rolls) {
    if (seen.has(turn)) {
      findings.push({ kind: "doubled_roll", message: `Roll ${turn} is in the record more than once.` });
    } else if (turn < highest) {
      const message = `Roll ${turn} stands behind roll ${highest}: the rolls are not in order.`;
      findings.push({ kind: "reordered_roll", message });
    }
    seen.add(turn);
    highest = Math.max(highest, turn);
  }
  return [...findings, ...missing([...seen].sort((one, other) => one - other))];
}

/** One finding for each gap in the numbers from 0. */
function missing(turns: readonly number[]): Finding[] {
  return turns.flatMap((turn, index) => {
    const first = (turns[index - 1] ?? -1) + 1;
    if (turn === first) return [];
    const which = turn - 1 === first ? `Roll ${first} is` : `Rolls ${first} to ${turn - 1} are`;
    return [{ kind: "missing_roll", message: `${which} missing.` }];
  });
}

/** Each roll of the record computed again, in the order of their numbers, with a line for those that are missing. */
async function recompute(record: DiceRecord): Promise<ComputedRoll[]> {
  const [host, guest] = record.players;
  const seeds = [record.clientSeeds[host.id] ?? "", record.clientSeeds[guest.id] ?? ""] as const;
  const key = await hmacKey(record.serverSeed);
  const recorded = new Map<number, RecordedRoll>();
  for (const roll of record.rolls) if (!recorded.has(roll.turn)) recorded.set(roll.turn, roll);
  const count = record.rolls.reduce((highest, { turn }) => Math.max(highest, turn + 1), 0);
  return Promise.all(
    Array.from({ length: count }, async (_, turn) => {
      const { roll: expected, hashed } = await rollWith(key, seeds, turn);
      const got = recorded.get(turn)?.roll ?? null;
      return { turn, hashed, expected, got, ok: got === expected };
    }),
  );
}

function forgedRolls(rolls: readonly ComputedRoll[]): Finding[] {
  return rolls
    .filter((roll) => !roll.ok && roll.got !== null)
    .map((roll) => ({
      kind: "forged_roll",
      message: `Roll ${roll.turn} is ${String(roll.got)} in the record, but the seeds give ${roll.expected}.`,
    }));
}

function wrongPlayers(record: DiceRecord, places: readonly Place[]): Finding[] {
  return record.rolls.flatMap(({ turn, playerId }) => {
    const { playerId: roller } = placeOf(places, turn);
    if (playerId === roller) return [];
    const message = `Roll ${turn} was the turn of ${nameOf(record, roller)}, but the record gives it to ${nameOf(record, playerId)}.`;
    return [{ kind: "wrong_player", message }];
  });
}

/** For a game's rules: the dice went on when somebody had won. */
export function rollAfterEnd(record: DiceRecord, turn: number, winner: string, { goal }: DiceRules): Finding {
  const message = `The game was over before roll ${turn}: ${nameOf(record, winner)} had ${goal}.`;
  return { kind: "roll_after_end", message };
}

function resultFindings(record: DiceRecord, course: Course, rules: DiceRules): Finding[] {
  const { result } = record;
  return [
    ...scoreFindings(record, course.scores),
    ...(result.reason === "score" ? wonByScore(record, course, rules) : wonOtherwise(record, course)),
  ];
}

function scoreFindings(record: DiceRecord, scores: Course["scores"]): Finding[] {
  return record.players
    .filter(({ id }) => record.result.finalScores[id] !== scores[id])
    .map(({ id, name }) => ({
      kind: "wrong_scores",
      message: `The record gives ${name} ${record.result.finalScores[id] ?? "no"} points, but the rolls give ${scores[id] ?? 0}.`,
    }));
}

function wonByScore(record: DiceRecord, course: Course, { goal }: DiceRules): Finding[] {
  const { winner, forfeitedBy } = record.result;
  const findings: Finding[] = [];
  if (winner !== course.winner) {
    const truth = course.winner === null ? `nobody reached ${goal}` : `${nameOf(record, course.winner)} won`;
    const message = `The record says that ${nameOf(record, winner)} won by score, but by the rolls ${truth}.`;
    findings.push({ kind: "wrong_winner", message });
  }
  if (forfeitedBy !== null) {
    const message = "The record says that the score decided and also that somebody gave up.";
    findings.push({ kind: "wrong_reason", message });
  }
  return findings;
}

const endsWithoutScore = new Set(["forfeit", "left", "idle", "abandoned"]);

function wonOtherwise(record: DiceRecord, course: Course): Finding[] {
  const { winner, reason, forfeitedBy } = record.result;
  if (!endsWithoutScore.has(reason)) {
    return [{ kind: "wrong_reason", message: `"${reason}" is no way in which a game can end.` }];
  }
  if (course.winner !== null) {
    const message = `By the rolls ${nameOf(record, course.winner)} won by score, but the record says "${reason}".`;
    return [{ kind: "wrong_reason", message }];
  }
  const other = record.players.find(({ id }) => id !== forfeitedBy)?.id ?? null;
  const right = reason === "abandoned" ? null : other;
  if (winner === right && (reason === "abandoned" || isPlayer(record, forfeitedBy))) return [];
  const message =
    reason === "abandoned"
      ? `A game that both abandoned has no winner, but the record names ${nameOf(record, winner)}.`
      : `${nameOf(record, forfeitedBy)} gave the game up, so ${nameOf(record, winner)} cannot be its winner.`;
  return [{ kind: "wrong_winner", message }];
}

function isPlayer(record: DiceRecord, id: string | null): boolean {
  return record.players.some((player) => player.id === id);
}

function nameOf(record: DiceRecord, id: string | null): string {
  if (id === null) return "nobody";
  return record.players.find((player) => player.id === id)?.name ?? `somebody else (${id})`;
}
