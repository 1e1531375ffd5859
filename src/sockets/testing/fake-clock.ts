import type { Clock } from "../clock.ts";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Stands still until a test turns it. */
export class FakeClock implements Clock {
  private time = Date.parse("2026-01-08T12:00:00.000Z");
  private timers: readonly Timer[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const timer: Timer = { at: this.time + ms, run };
    this.timers = [...this.timers, timer];
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** Runs what falls due, each at its time, in order. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (let next = this.firstDue(end); next !== undefined; next = this.firstDue(end)) {
      this.time = Math.max(this.time, next.at);
      this.remove(next);
      next.run();
    }
    this.time = end;
  }

  /** As when the machine sleeps: the time passes, and what was due comes late, all at once. */
  sleep(ms: number): void {
    this.time += ms;
    this.advance(0);
  }

  get pending(): number {
    return this.timers.length;
  }

  private remove(timer: Timer): void {
    this.timers = this.timers.filter((other) => other !== timer);
  }

  private firstDue(end: number): Timer | undefined {
    return this.timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
  }
}
