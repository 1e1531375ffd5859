/** Pig as its page shows it: a pure reduction of its view in the room's snapshot and of its events after that. */
import type { pigMessages } from "../../../games/pig/messages.ts";
import type { UserId } from "../../../protocol/ids.ts";
import type { EventsOf, MadeRoll, TableState } from "../../table/table-game.ts";

/** A turn that is over. */
export interface Turn {
  readonly playerId: UserId;
  readonly rolls: readonly number[];
  /** 0 where a 1 lost it all. */
  readonly banked: number;
}

export interface Pig extends TableState {
  /** The rolls of the turn that is open. */
  readonly rolls: readonly number[];
  /** What a hold would bank now. */
  readonly turnTotal: number;
  readonly history: readonly Turn[];
}

export type PigEvent = Extract<
  EventsOf<typeof pigMessages>,
  { type: `games.event.pig.${"rolled" | "held"}` }
>;

type StateView = Omit<Pig, "turnDeadline" | "clientSeeds"> & Partial<Pig>;

export function read(state: Readonly<Record<string, unknown>>): Pig {
  const view = state as unknown as StateView; // the room says that it is Pig
  return {
    players: view.players,
    scores: view.scores,
    currentTurn: view.currentTurn,
    turn: view.turn,
    turnDeadline: view.turnDeadline ?? null,
    rolls: view.rolls,
    turnTotal: view.turnTotal,
    history: view.history,
    clientSeeds: view.clientSeeds ?? {},
  };
}

export function play(game: Pig, event: PigEvent): Pig {
  const { playerId, turn, nextTurn, turnDeadline } = event;
  const moved = { ...game, turn: turn + 1, currentTurn: nextTurn, turnDeadline };
  if (event.type === "games.event.pig.held") {
    const { scores, banked } = event;
    return { ...pass(moved, { playerId, rolls: game.rolls, banked }), scores };
  }
  const rolls = [...game.rolls, event.roll];
  return event.roll === 1
    ? pass(moved, { playerId, rolls, banked: 0 })
    : { ...moved, rolls, turnTotal: event.turnTotal };
}

function pass(game: Pig, over: Turn): Pig {
  return { ...game, rolls: [], turnTotal: 0, history: [...game.history, over] };
}

/** The turns alternate, and the host has the first one. */
function rollerOf({ players, history }: Pig): UserId {
  return players[history.length % 2 === 0 ? 0 : 1];
}

/** The turn whose dice lie on the table: the open one, as soon as it has one; else the one before. */
export function turnOnTable(game: Pig): (Turn & { readonly isOpen: boolean }) | null {
  if (game.rolls.length > 0) {
    return { playerId: rollerOf(game), rolls: game.rolls, banked: game.turnTotal, isOpen: true };
  }
  const before = game.history.at(-1);
  return before === undefined ? null : { ...before, isOpen: false };
}

/** Every roll that this board has seen, in the order in which they were made. */
export function rollsOf(game: Pig): readonly MadeRoll[] {
  const open = { playerId: rollerOf(game), rolls: game.rolls };
  return [...game.history, open].flatMap(({ playerId, rolls }) => rolls.map((roll) => ({ playerId, roll })));
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
