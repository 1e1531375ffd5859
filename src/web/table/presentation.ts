/**
 * What is shown, as against what is true: while a die tumbles, the board stays as it was before the roll, so that
 * no score runs ahead of a die. Pure: the clock is passed in, and nothing waits for an animation to say that it
 * has ended (F20).
 */
import { isOwn, reduce } from "./board.ts";
import type { Board, BoardEvent, GameEvent, TableGame, TableState, Thrown } from "./table-game.ts";

/** A single roll has time to be enjoyed. */
export const throwMs = 950;
/** A roll that follows on the heels of another one has not. */
export const hurriedThrowMs = 320;

export interface Throw extends Thrown {
  /** In milliseconds, on the clock that is passed in. */
  readonly startedAt: number;
  readonly endsAt: number;
}

export interface Presentation<State extends TableState = TableState, Event extends GameEvent = GameEvent> {
  readonly shown: Board<State>;
  readonly truth: Board<State>;
  /** The die that tumbles; null: `shown` is the truth. */
  readonly throwing: Throw | null;
  /** What happened since `shown`, in order: told when it is shown, and not before. */
  readonly untold: readonly BoardEvent<Event>[];
}

/** What came to be shown by one step, for those who cannot see it. */
export interface Step<State extends TableState, Event extends GameEvent> {
  readonly presentation: Presentation<State, Event>;
  readonly told: readonly BoardEvent<Event>[];
}

/** The truth and nothing else: at the start, and after a snapshot. */
export function present<State extends TableState, Event extends GameEvent>(
  board: Board<State>,
): Presentation<State, Event> {
  return { shown: board, truth: board, throwing: null, untold: [] };
}

/**
 * Takes in an event.
 * @param animate false where the page is hidden or its reader wants no motion: everything is shown at once
 */
export function receive<State extends TableState, Event extends GameEvent>(
  game: TableGame<State, Event>,
  presentation: Presentation<State, Event>,
  event: BoardEvent<Event>,
  now: number,
  animate: boolean,
): Step<State, Event> {
  const truth = reduce(game, presentation.truth, event);
  if (!animate) return showAll({ ...presentation, truth, untold: [...presentation.untold, event] });
  const thrown = isOwn(game, event) ? game.throwOf(event) : null;
  if (thrown !== null && truth.game !== null) {
    // A die that still tumbles settles at once: everything up to this roll is known now.
    const before = showAll(presentation);
    const duration = presentation.throwing === null ? throwMs : hurriedThrowMs;
    const throwing: Throw = { ...thrown, startedAt: now, endsAt: now + duration };
    return {
      presentation: { shown: before.presentation.shown, truth, throwing, untold: [event] },
      told: before.told,
    };
  }
  const waiting = { ...presentation, truth, untold: [...presentation.untold, event] };
  return presentation.throwing === null ? showAll(waiting) : { presentation: waiting, told: [] };
}

/** Shows what is due at `now`. */
export function advance<State extends TableState, Event extends GameEvent>(
  presentation: Presentation<State, Event>,
  now: number,
): Step<State, Event> {
  const { throwing } = presentation;
  if (throwing === null || now < throwing.endsAt) return { presentation, told: [] };
  return showAll(presentation);
}

/** Shows the truth at once. */
export function showAll<State extends TableState, Event extends GameEvent>(
  presentation: Presentation<State, Event>,
): Step<State, Event> {
  return { presentation: present(presentation.truth), told: presentation.untold };
}
