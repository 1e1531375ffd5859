/**
 * The rules of Pig once more, to check a record by (G6). On purpose this shares no code with rules.ts.
 *
 * A record lists rolls and no holds, but nobody holds before she has rolled: so each turn has a roll, and whoever rolls
 * next says whether the turn before was held. Only the last turn has none after it; there the final score says it.
 */
import type { DiceRecord } from "../dice/record.ts";
import {
  rollAfterEnd,
  type ComputedRoll,
  type Course,
  type DiceRules,
  type Finding,
  type Place,
} from "../dice/verify.ts";

export const pigCheck: DiceRules = {
  slug: "pig",
  name: "Pig",
  goal: "100 points",
  roundName: "Turn",
  follow,
};

function follow(record: DiceRecord, rolls: readonly ComputedRoll[]): Course {
  const [host, guest] = record.players;
  const other = (id: string): string => (id === host.id ? guest.id : host.id);
  const scores: Record<string, number> = { [host.id]: 0, [guest.id]: 0 };
  const places: Place[] = [];
  const findings: Finding[] = [];
  let turn = { round: 1, playerId: host.id, total: 0, isLost: false };
  const bank = (): void => {
    scores[turn.playerId] = (scores[turn.playerId] ?? 0) + turn.total;
  };
  const winner = (): string | null => Object.keys(scores).find((id) => (scores[id] ?? 0) >= 100) ?? null;

  const rollers = new Map(record.rolls.map((recorded) => [recorded.turn, recorded.playerId]));
  for (const roll of rolls) {
    const isHeld = turn.total > 0 && rollers.get(roll.turn) === other(turn.playerId);
    if (isHeld) bank();
    if (isHeld || turn.isLost) {
      turn = { round: turn.round + 1, playerId: other(turn.playerId), total: 0, isLost: false };
    }
    const over = winner();
    if (over !== null && findings.length === 0) {
      findings.push(rollAfterEnd(record, roll.turn, over, pigCheck));
    }
    places.push({ round: turn.round, playerId: turn.playerId });
    if (roll.expected === 1) turn = { ...turn, total: 0, isLost: true };
    else turn = { ...turn, total: turn.total + roll.expected };
  }
  const { playerId, total } = turn;
  if (total > 0 && record.result.finalScores[playerId] === (scores[playerId] ?? 0) + total) bank();
  return { places, findings, scores, winner: winner() };
}
