/** What the server's clock shows, from the timestamps it sends: the quickest answer is the most exact one. */

interface Sample {
  /** How far the server's clock is ahead of ours, in milliseconds. */
  readonly offset: number;
  readonly roundTrip: number;
}

/** At a heartbeat every 15 s: the last two minutes. */
const kept = 8;

export class ServerClock {
  private samples: readonly Sample[] = [];

  /** Takes in that the server said `timestamp` in answer to what was sent at `sentAt` and is answered at `now`. */
  hear(timestamp: unknown, sentAt: number, now: number): void {
    const serverTime = typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
    if (Number.isNaN(serverTime) || now < sentAt) return;
    const roundTrip = now - sentAt;
    this.samples = [...this.samples.slice(1 - kept), { offset: serverTime + roundTrip / 2 - now, roundTrip }];
  }

  /** `now` by our clock, as the server would say it; our own where it has said nothing yet. */
  at(now: number): number {
    const [first, ...others] = this.samples;
    if (first === undefined) return now;
    return now + others.reduce((best, each) => (each.roundTrip < best.roundTrip ? each : best), first).offset;
  }
}
