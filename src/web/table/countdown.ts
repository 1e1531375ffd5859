/** Time that runs down to a deadline of the server's. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Whole seconds, rounded up: 1 until the very deadline, so that no clock is at zero before the server's (F18). */
export function secondsLeft(deadline: number, now: number): number {
  return Math.max(0, Math.ceil((deadline - now) / 1000));
}

/** Milliseconds until `secondsLeft` gives another number; null once it has reached zero. */
export function untilNextTick(deadline: number, now: number): number | null {
  const left = deadline - now;
  if (left <= 0) return null;
  return left - (Math.ceil(left / 1000) - 1) * 1000;
}

/** `4:05` for minutes, `9` for seconds alone. */
export function clockFace(seconds: number): string {
  if (seconds < 60) return String(seconds);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Draws its host anew whenever the number of seconds to `deadline` changes. */
export class Countdown implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #now: () => number;
  readonly #onTick: (seconds: number) => void;
  #deadline: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param now the server's clock, in milliseconds since 1970 */
  constructor(host: ReactiveControllerHost, now: () => number, onTick: (seconds: number) => void = () => {}) {
    this.#host = host;
    this.#now = now;
    this.#onTick = onTick;
    host.addController(this);
  }

  hostConnected(): void {
    this.#schedule();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  /** @param deadline ISO-8601; null: no time runs */
  set deadline(deadline: string | null) {
    const milliseconds = deadline === null ? null : Date.parse(deadline);
    if (milliseconds === this.#deadline) return;
    this.#deadline = milliseconds;
    this.#schedule();
  }

  /** Null where no time runs. */
  get seconds(): number | null {
    return this.#deadline === null ? null : secondsLeft(this.#deadline, this.#now());
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#deadline === null) return;
    const delay = untilNextTick(this.#deadline, this.#now());
    if (delay === null) return;
    // A hair later, since a timer may fire early by a fraction of a millisecond.
    this.#timer = setTimeout(() => this.#tick(), delay + 2);
  }

  #tick(): void {
    this.#host.requestUpdate();
    const { seconds } = this;
    if (seconds !== null) this.#onTick(seconds);
    this.#schedule();
  }
}
