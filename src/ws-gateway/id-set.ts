/**
 * A set of ids that are random (UUIDs of versions 4 and 5), by 52 of their bits: numbers in a table, and no string that
 * the collector would look at. Among 100,000 ids that another one is taken for one of them has a chance of 1 to 45
 * thousand million.
 */
export class IdSet {
  /** Open addressing, at most half full; 0: nothing. */
  #table = new Float64Array(1_024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    const bits = bitsOf(id);
    return this.#table[this.#placeOf(bits)] === bits;
  }

  /** @returns whether it was not here before */
  add(id: string): boolean {
    const bits = bitsOf(id);
    const place = this.#placeOf(bits);
    if (this.#table[place] === bits) return false;
    this.#table[place] = bits;
    this.#size += 1;
    if (this.#size * 2 > this.#table.length) this.#grow();
    return true;
  }

  /** Where it is, or would be. */
  #placeOf(bits: number): number {
    const last = this.#table.length - 1;
    let place = bits & last;
    for (let found = this.#table[place]; found !== bits && found !== 0; found = this.#table[place])
      place = (place + 1) & last;
    return place;
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Float64Array(before.length * 2);
    for (const bits of before) if (bits !== 0) this.#table[this.#placeOf(bits)] = bits;
  }
}

const uuidLength = 36;
const lowBits = 2 ** 20;

/** 52 bits, and never 0. */
function bitsOf(id: string): number {
  if (id.length !== uuidLength) {
    return Bun.hash.xxHash32(id, 1) * lowBits + (Bun.hash.xxHash32(id, 2) % lowBits) || 1;
  }
  // xxxxxxxx-xxxx-Vxxx-…: the version says nothing.
  const high = digits(id, 0, 8) >>> 0;
  const low = (digits(id, 9, 13) << 4) | digits(id, 15, 16);
  return high * lowBits + low || 1;
}

/** Of lower-case hex. */
function digits(id: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const code = id.charCodeAt(at);
    number = (number << 4) | ((code > 57 ? code - 87 : code - 48) & 15);
  }
  return number;
}
