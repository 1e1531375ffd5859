/** Goes through many things again and again, a part of them at a time, so that nobody waits long for the others. */

/** Of one round, about. */
export const partsOfRound = 20;
/** Fewer things are not worth a part of their own. */
const leastAtOnce = 64;

/** Things that come and go while they are gone through, as a `Map` and a `Set` allow it. */
export interface ManyThings<Thing> {
  readonly size: number;
  all(): Iterable<Thing>;
}

export class Rounds<Thing> {
  readonly #things: ManyThings<Thing>;
  #round: Iterator<Thing, unknown> | null = null;

  constructor(things: ManyThings<Thing>) {
    this.#things = things;
  }

  /** The next part, short at the end of a round. Whatever stays is in one part of every round. */
  next(): readonly Thing[] {
    this.#round ??= this.#things.all()[Symbol.iterator]();
    const most = Math.max(leastAtOnce, Math.ceil(this.#things.size / partsOfRound));
    const part: Thing[] = [];
    while (part.length < most) {
      const step = this.#round.next();
      if (step.done === true) {
        this.#round = null;
        break;
      }
      part.push(step.value);
    }
    return part;
  }
}

export function roundsOf<Key, Value>(map: ReadonlyMap<Key, Value>): Rounds<readonly [Key, Value]> {
  return new Rounds({
    get size() {
      return map.size;
    },
    all: () => map,
  });
}
