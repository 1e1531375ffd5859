/** Bigger Dice as its page shows it: a pure reduction of its view in the room's snapshot and of its events after that. */
import type { biggerDiceMessages } from "../../../games/bigger-dice/messages.ts";
import type { UserId } from "../../../protocol/ids.ts";
import type { EventsOf, MadeRoll, Numbers, TableState } from "../../table/table-game.ts";

export interface CompletedRound {
  readonly round: number;
  readonly rolls: Numbers;
  /** null: a draw. */
  readonly winner: UserId | null;
}

export interface BiggerDice extends TableState {
  readonly round: number;
  /** The rolls of the round that is open, by player. */
  readonly rolls: Numbers;
  readonly history: readonly CompletedRound[];
}

export type BiggerDiceEvent = Extract<
  EventsOf<typeof biggerDiceMessages>,
  { type: `games.event.bigger_dice.${"rolled" | "round_complete"}` }
>;

/** The game's own view of its state (design §5, Bigger Dice state). */
interface StateView {
  readonly players: readonly [UserId, UserId];
  readonly scores: Numbers;
  readonly currentTurn: UserId | null;
  readonly round: number;
  readonly lastRolls: Readonly<Record<string, number | null>>;
  readonly turn: number;
  readonly turnDeadline?: string | null;
  readonly history: readonly CompletedRound[];
  readonly clientSeeds?: Readonly<Record<string, string>>;
}

export function read(state: Readonly<Record<string, unknown>>): BiggerDice {
  const view = state as unknown as StateView; // the room says that it is Bigger Dice
  return {
    players: view.players,
    scores: view.scores,
    currentTurn: view.currentTurn,
    round: view.round,
    turn: view.turn,
    turnDeadline: view.turnDeadline ?? null,
    rolls: withoutNull(view.lastRolls),
    history: view.history,
    clientSeeds: view.clientSeeds ?? {},
  };
}

function withoutNull(rolls: StateView["lastRolls"]): Numbers {
  const made = Object.entries(rolls).filter((entry): entry is [string, number] => entry[1] !== null);
  return Object.fromEntries(made);
}

export function play(game: BiggerDice, event: BiggerDiceEvent): BiggerDice {
  switch (event.type) {
    case "games.event.bigger_dice.rolled":
      return {
        ...game,
        turn: event.turn + 1,
        currentTurn: event.nextTurn,
        turnDeadline: event.turnDeadline,
        rolls: { ...game.rolls, [event.playerId]: event.roll },
      };
    case "games.event.bigger_dice.round_complete":
      return {
        ...game,
        scores: event.scores,
        currentTurn: event.nextTurn,
        round: event.nextTurn === null ? event.round : event.round + 1,
        turn: event.turn,
        turnDeadline: event.turnDeadline,
        rolls: {},
        history: [...game.history, { round: event.round, rolls: event.rolls, winner: event.winner }],
      };
  }
}

/** The last roll of a player, and whether it belongs to a round that is over while another is under way. */
export function lastRollOf(
  game: BiggerDice,
  playerId: UserId,
): { readonly face: number; readonly stale: boolean } | null {
  const open = game.rolls[playerId];
  if (open !== undefined) return { face: open, stale: false };
  const before = game.history.at(-1)?.rolls[playerId];
  return before === undefined ? null : { face: before, stale: Object.keys(game.rolls).length > 0 };
}

/** Every roll that this board has seen, in the order in which they were made. */
export function rollsOf(game: BiggerDice): readonly MadeRoll[] {
  const [host, guest] = game.players;
  return [...game.history, { round: game.round, rolls: game.rolls }].flatMap(({ round, rolls }) =>
    (round % 2 === 1 ? [host, guest] : [guest, host])
      .map((playerId) => ({ playerId, roll: rolls[playerId] }))
      .filter((made): made is { playerId: UserId; roll: number } => made.roll !== undefined),
  );
}
