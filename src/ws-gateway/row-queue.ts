/** A queue of rows of numbers, each known by its place: 0 for the first that came, one more for each after it. */
export class RowQueue {
  /** Fields of a row. */
  readonly #width: number;
  /** How many rows there is room for: a power of two, so that a place becomes an index by its last bits. */
  #room = 64;
  #first = 0;
  #next = 0;
  /** All rows, one after the other: a field is at `at(place)` plus its own number. */
  numbers: Float64Array;

  constructor(width: number) {
    this.#width = width;
    this.numbers = new Float64Array(this.#room * width);
  }

  /** The place of the oldest that is here. */
  get first(): number {
    return this.#first;
  }

  /** The place of the one that comes next. */
  get next(): number {
    return this.#next;
  }

  /** Makes room for the next row. @returns where its fields begin in `numbers`, which may be others from now on */
  push(): number {
    if (this.#next - this.#first === this.#room) this.#grow();
    this.#next += 1;
    return this.at(this.#next - 1);
  }

  /** Where the fields of a row that is here begin in `numbers`. */
  at(place: number): number {
    return (place & (this.#room - 1)) * this.#width;
  }

  /** Lets the oldest go. */
  shift(): void {
    this.#first += 1;
  }

  /** In two pieces, so that nobody waits for a hundred thousand rows: up to the end of the room, and from its start. */
  #grow(): void {
    const before = this.numbers;
    const begin = this.at(this.#first);
    const firstOfSecond = this.#first + (before.length - begin) / this.#width;
    this.#room *= 2;
    this.numbers = new Float64Array(this.#room * this.#width);
    this.numbers.set(before.subarray(begin), this.at(this.#first));
    this.numbers.set(before.subarray(0, begin), this.at(firstOfSecond));
  }
}
