/**
 * The rules of Bigger Dice once more, to check a record by (G6). On purpose this shares no code with rules.ts: what the
 * server says is followed up from its seeds, not by its own functions.
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

const winningScore = 10;

export const biggerDiceCheck: DiceRules = {
  slug: "bigger_dice",
  name: "Bigger Dice",
  goal: "ten points",
  roundName: "Round",
  follow,
};

function follow(record: DiceRecord, rolls: readonly ComputedRoll[]): Course {
  const places = rolls.map(({ turn }) => placeOf(record, turn));
  const findings: Finding[] = [];
  const [host, guest] = record.players;
  const scores: Record<string, number> = { [host.id]: 0, [guest.id]: 0 };
  for (let index = 0; index < rolls.length; index += 2) {
    const [first, second] = rolls.slice(index, index + 2);
    const over = Object.entries(scores).find(([, score]) => score === winningScore);
    if (over !== undefined && first !== undefined) {
      findings.push(rollAfterEnd(record, first.turn, over[0], biggerDiceCheck));
      break;
    }
    if (first === undefined || second === undefined || first.expected === second.expected) continue;
    const winner = placeOf(record, first.expected > second.expected ? first.turn : second.turn).playerId;
    scores[winner] = (scores[winner] ?? 0) + 1;
  }
  const winner = Object.keys(scores).find((playerId) => scores[playerId] === winningScore) ?? null;
  return { places, findings, scores, winner };
}

/** players[0] rolls first in odd rounds, the other one in even rounds. */
function placeOf({ players: [host, guest] }: DiceRecord, turn: number): Place {
  const round = Math.floor(turn / 2) + 1;
  const isFirst = turn % 2 === 0;
  return { round, playerId: isFirst === (round % 2 === 1) ? host.id : guest.id };
}
