/** What the gateway asks of the program around it, beside the log and presence. */

export interface GatewayClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `run` once, after `ms` milliseconds; answers what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface GatewayLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const systemClock: GatewayClock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
