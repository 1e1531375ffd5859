/**
 * What is shown, as against what is true: while a die tumbles, the board stays as it was before the roll, so that
 * no score runs ahead of a die. Pure: the clock is passed in, and nothing waits for an animation to say that it
 * has ended (F20).
 */
import { reduce, type Board, type BoardEvent } from "./board.ts";
import type { UserId } from "../../../protocol/ids.ts";

/** A single roll has time to be enjoyed. */
export const throwMs = 950;
/** A roll that follows on the heels of another one has not. */
export const hurriedThrowMs = 320;

export interface Throw {
  readonly playerId: UserId;
  readonly face: number;
  /** The roll's number in the game: the throw looks the same on every page that shows it. */
  readonly turn: number;
  /** In milliseconds, on the clock that is passed in. */
  readonly startedAt: number;
  readonly endsAt: number;
}

export interface Presentation {
  readonly shown: Board;
  readonly truth: Board;
  /** The die that tumbles; null: `shown` is the truth. */
  readonly throwing: Throw | null;
  /** What happened since `shown`, in order: told when it is shown, and not before. */
  readonly untold: readonly BoardEvent[];
}

/** What came to be shown by one step, for those who cannot see it. */
export interface Step {
  readonly presentation: Presentation;
  readonly told: readonly BoardEvent[];
}

/** The truth and nothing else: at the start, and after a snapshot. */
export function present(board: Board): Presentation {
  return { shown: board, truth: board, throwing: null, untold: [] };
}

/**
 * Takes in an event.
 * @param animate false where the page is hidden or its reader wants no motion: everything is shown at once
 */
export function receive(presentation: Presentation, event: BoardEvent, now: number, animate: boolean): Step {
  const truth = reduce(presentation.truth, event);
  if (!animate) return showAll({ ...presentation, truth, untold: [...presentation.untold, event] });
  if (event.type === "games.event.bigger_dice.rolled" && truth.game !== null) {
    // A die that still tumbles settles at once: everything up to this roll is known now.
    const before = showAll(presentation);
    const duration = presentation.throwing === null ? throwMs : hurriedThrowMs;
    const throwing: Throw = {
      playerId: event.playerId,
      face: event.roll,
      turn: event.turn,
      startedAt: now,
      endsAt: now + duration,
    };
    return {
      presentation: { shown: before.presentation.shown, truth, throwing, untold: [event] },
      told: before.told,
    };
  }
  const waiting = { ...presentation, truth, untold: [...presentation.untold, event] };
  return presentation.throwing === null ? showAll(waiting) : { presentation: waiting, told: [] };
}

/** Shows what is due at `now`. */
export function advance(presentation: Presentation, now: number): Step {
  const { throwing } = presentation;
  if (throwing === null || now < throwing.endsAt) return { presentation, told: [] };
  return showAll(presentation);
}

/** Shows the truth at once. */
export function showAll(presentation: Presentation): Step {
  return { presentation: present(presentation.truth), told: presentation.untold };
}
