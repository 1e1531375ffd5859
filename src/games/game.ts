/**
 * What a game is (design §3): one folder, one object, all pure. Rooms, deadlines, chat, spectators, reconnection
 * and replay are done once, outside, for every game. Time, randomness and identifiers come in as arguments.
 */
import type { DiceRules } from "./dice/verify.ts";
import type { Declaration, GameOverReason, Rejection, RoomRole, UserId } from "../protocol/index.ts";

/** A command or an event of a game: the declared type, and the payload without `roomId` and `seq`. */
export interface GameMessage {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** One draw of the room's randomness, as the game's record lists it. */
export interface Draw {
  /** The n of the formula, from 0. */
  readonly turn: number;
  readonly playerId: UserId;
  readonly roll: number;
}

/** The room's verifiable randomness (G6): the same answer for the same `n`, through the whole game. */
export interface FairRandom {
  /** An integer from 1 to `sides` (2 to 256), the n-th draw of this game, n from 0. */
  roll(n: number, sides: number): number;
}

export type Decision<Event extends GameMessage> =
  | { readonly ok: true; readonly events: readonly [Event, ...Event[]] }
  | { readonly ok: false; readonly rejection: Rejection };

export interface GameResult {
  /** null: nobody won. */
  readonly winner: UserId | null;
  readonly reason: GameOverReason;
  readonly finalScores: Readonly<Record<string, number>>;
  /** Who lost by leaving, idling or staying away. */
  readonly forfeitedBy: UserId | null;
}

/**
 * A state as stores keep it, in JSON. What is kept outlives a version of the game, and platforms of two versions may
 * work on it side by side: a version that changes its state says here what was there before.
 */
export interface KeptForm<State> {
  of(state: State): unknown;
  /** @param kept what `of` made, of this version or an earlier one */
  from(kept: unknown): State;
}

export interface Catalogue {
  readonly name: string;
  readonly description: string;
  readonly minPlayers: number;
  readonly maxPlayers: number;
}

/** The games of a platform, by their slugs. */
export class GamesBySlug {
  readonly #games: ReadonlyMap<string, Game>;

  constructor(games: readonly Game[]) {
    this.#games = new Map(games.map((game) => [game.slug, game]));
  }

  has(slug: string): boolean {
    return this.#games.has(slug);
  }

  /** Throws for a game that this platform does not have: its rooms cannot be played here. */
  get(slug: string): Game {
    const game = this.#games.get(slug);
    if (game === undefined) throw new Error(`There is no game "${slug}" on this platform.`);
    return game;
  }
}

export interface Game<
  State = unknown,
  Command extends GameMessage = GameMessage,
  Event extends GameMessage = GameMessage,
> {
  /** Names the game in addresses, in message types and in the catalogue: `bigger_dice`. */
  readonly slug: string;
  readonly catalogue: Catalogue;
  readonly messages: readonly Declaration[];

  /** The state before the first move; `players[0]` is the host. */
  setup(players: readonly [UserId, ...UserId[]]): State;
  /** What `command` of `actor` does now: events, or why it may not be done. */
  decide(state: State, actor: UserId, command: Command, random: FairRandom): Decision<Event>;
  /** The state after `event`, which `decide` or `timeout` made. */
  evolve(state: State, event: Event): State;
  /** What someone of this role may see, as it goes into a snapshot's `state`. */
  view(state: State, role: RoomRole): Readonly<Record<string, unknown>>;
  /** Whose turn it is; null between turns and after the end. */
  turnOf(state: State): UserId | null;
  /** A number that changes with every move: a click that names another one is a click from the past (W7). */
  turnNumber(state: State): number;
  /** What the server does for the player who let the turn's clock run out (G5). */
  timeout(state: State, random: FairRandom): readonly [Event, ...Event[]];
  /** The ended game, where `playerId` gave it up. With `abandoned` nobody wins. */
  forfeit(state: State, playerId: UserId, reason: GameOverReason): State;
  /** Every draw so far, in order: with the seeds, what anyone needs to check them. */
  draws(state: State): readonly Draw[];
  /** The rules once more, by which anyone checks a record of dice; null where a game has none. */
  readonly dice: DiceRules | null;
  /** Where stores keep a state otherwise than the game works with it. */
  readonly kept?: KeptForm<State>;
  /** null until it is over. */
  result(state: State): GameResult | null;
}
