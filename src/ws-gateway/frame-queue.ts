/**
 * Texts as bytes in a few long buffers, the oldest let go first: a hundred thousand strings would be looked at by the
 * collector again and again.
 */

const bufferBytes = 256 * 1024;

/** UTF-8 has at most so many bytes for each unit of a text. */
const mostBytesOfUnit = 3;

/** Where a text lies. */
export interface Lying {
  /** Rises with each buffer that is begun. */
  readonly buffer: number;
  readonly start: number;
  /** Bytes. */
  readonly length: number;
}

export class FrameQueue {
  /** The oldest first. */
  readonly #buffers: Buffer[] = [];
  /** One that is empty again: the operating system would have to clear a new one. */
  #spare: Buffer | null = null;
  /** Buffers that are gone. */
  #gone = 0;
  /** Where the next text begins in the last buffer. */
  #end = 0;

  #emptyBuffer(): Buffer {
    const buffer = this.#spare ?? Buffer.allocUnsafeSlow(bufferBytes);
    this.#spare = null;
    return buffer;
  }

  /** @param text well-formed Unicode */
  push(text: string): Lying {
    const room = text.length * mostBytesOfUnit;
    let buffer = this.#buffers.at(-1);
    if (buffer === undefined || buffer.length - this.#end < room) {
      buffer = room > bufferBytes ? Buffer.allocUnsafeSlow(room) : this.#emptyBuffer();
      this.#buffers.push(buffer);
      this.#end = 0;
    }
    const start = this.#end;
    const length = buffer.write(text, start);
    this.#end += length;
    return { buffer: this.#gone + this.#buffers.length - 1, start, length };
  }

  at({ buffer, start, length }: Lying): string {
    const its = this.#buffers[buffer - this.#gone];
    if (its === undefined) throw new Error("This text is gone.");
    return its.toString("utf8", start, start + length);
  }

  /** Lets all texts go that lie in buffers before this one. */
  forgetBefore(buffer: number): void {
    while (this.#gone < buffer && this.#buffers.length > 1) {
      const buffer = this.#buffers.shift();
      if (buffer?.length === bufferBytes) this.#spare = buffer;
      this.#gone += 1;
    }
  }
}
