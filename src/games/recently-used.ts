/**
 * A table that forgets what nobody has asked for lately: at least the last so many keys are there, at most twice as
 * many. Two generations, the older one dropped at once, so that being asked for costs nothing.
 */
export class RecentlyUsed<Key, Value> {
  readonly #atLeast: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  constructor(atLeast: number) {
    this.#atLeast = atLeast;
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    this.#young.set(key, value);
    if (this.#young.size <= this.#atLeast) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: Key): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}
