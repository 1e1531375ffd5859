/** What somebody who looks at a set needs of it. */
export interface Members<Thing> extends Iterable<Thing> {
  readonly size: number;
  has(thing: Thing): boolean;
}

/** More than so many are found faster in a `Set`. */
const mostInList = 8;
/** So few are a list again: not at the bound itself, where one comes and goes. */
const fewAgain = mostInList / 2;

/**
 * A set in the order of its additions, for where most sets are of one or two things and some of thousands: while it is
 * small it is a list, which takes a third of the memory of a `Set`.
 *
 * It may be changed while it is gone through. What leaves or enters meanwhile is met or not; what stays is met once.
 */
export class SmallSet<Thing> implements Members<Thing> {
  /** Another list after each change: somebody may be going through the one before. */
  #things: readonly Thing[] | Set<Thing> = [];

  get size(): number {
    return this.#things instanceof Set ? this.#things.size : this.#things.length;
  }

  has(thing: Thing): boolean {
    return this.#things instanceof Set ? this.#things.has(thing) : this.#things.includes(thing);
  }

  add(thing: Thing): void {
    if (this.#things instanceof Set) this.#things.add(thing);
    else if (!this.#things.includes(thing)) this.#things = listOrSet([...this.#things, thing]);
  }

  /** @returns whether it was here */
  delete(thing: Thing): boolean {
    if (this.#things instanceof Set) {
      const wasHere = this.#things.delete(thing);
      if (this.#things.size <= fewAgain) this.#things = [...this.#things];
      return wasHere;
    }
    const place = this.#things.indexOf(thing);
    if (place === -1) return false;
    this.#things = this.#things.toSpliced(place, 1);
    return true;
  }

  [Symbol.iterator](): Iterator<Thing> {
    return this.#things[Symbol.iterator]();
  }
}

function listOrSet<Thing>(things: readonly Thing[]): readonly Thing[] | Set<Thing> {
  return things.length > mostInList ? new Set(things) : things;
}
