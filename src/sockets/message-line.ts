/**
 * The messages of one chat as a page may show them: neighbours by position, so that nobody reads an answer to a
 * question that is missing. Pure: it is given what arrives, and says whether something between is still missing.
 */
interface Positioned {
  readonly messageId: string;
  /** In its chat, from 1, without holes. */
  readonly position: number;
}

/** Messages kept on a page, beyond those older ones that somebody asked for. */
const mostKept = 2_000;

export class MessageLine<Message extends Positioned> {
  /** Each the next position after the one before it. */
  private line: readonly Message[] = [];
  /** Live ones beyond a hole. */
  private readonly ahead = new Map<number, Message>();
  private cursor: string | null = null;
  private hasBegun = false;
  private askedFor = 0;

  /** Oldest first. */
  get messages(): readonly Message[] {
    return this.line;
  }

  /** Asks for what is older than the line; null where nothing is. */
  get nextBefore(): string | null {
    return this.cursor;
  }

  /** A page of the newest messages was there: before it nothing can be shown. */
  get isLoaded(): boolean {
    return this.hasBegun;
  }

  /** Only a page of the newest messages, or a message that is still on its way, helps to go on. */
  get isWaiting(): boolean {
    return !this.hasBegun || this.ahead.size > 0;
  }

  takeLive(message: Message): void {
    if (message.position > this.end) this.ahead.set(message.position, message);
    else this.line = this.line.map((known) => (known.position === message.position ? message : known));
    this.goOn();
  }

  /** @param before asks for what is older than these; null where nothing is */
  takeNewest(messages: readonly Message[], before: string | null): void {
    const isFirst = !this.hasBegun;
    this.hasBegun = true;
    const [start, end] = [messages[0]?.position, messages.at(-1)?.position];
    if (start === undefined || end === undefined) return this.goOn();
    if (isFirst || this.line.length === 0 || start > this.end + 1) {
      // Between what was known and these is a hole.
      this.line = messages;
      this.cursor = before;
      this.askedFor = 0;
    } else if (end >= this.start - 1) {
      const older = this.line.filter(({ position }) => position < start);
      const newer = this.line.filter(({ position }) => position > end);
      if (start < this.start) this.cursor = before;
      this.line = [...older, ...messages, ...newer];
    }
    this.goOn();
  }

  /** Those before the line. A page that is not the one just before it was asked for on another line, and is left. */
  takeOlder(messages: readonly Message[], before: string | null): void {
    const last = messages.at(-1);
    if (last !== undefined && last.position !== this.start - 1) return;
    this.askedFor += messages.length;
    this.cursor = before;
    this.line = [...messages, ...this.line];
  }

  private get start(): number {
    return this.line[0]?.position ?? 1;
  }

  private get end(): number {
    return this.line.at(-1)?.position ?? 0;
  }

  private goOn(): void {
    if (!this.hasBegun) return;
    for (const position of this.ahead.keys()) if (position <= this.end) this.ahead.delete(position);
    const next: Message[] = [];
    for (let position = this.end + 1; this.ahead.size > 0; position += 1) {
      const message = this.ahead.get(position);
      if (message === undefined) break;
      this.ahead.delete(position);
      next.push(message);
    }
    const all = next.length === 0 ? this.line : [...this.line, ...next];
    const surplus = all.length - mostKept - this.askedFor;
    this.line = surplus > 0 ? all.slice(surplus) : all;
    if (surplus > 0) this.cursor = this.line[0]?.messageId ?? null;
  }
}
