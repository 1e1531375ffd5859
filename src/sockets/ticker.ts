/**
 * What makes the heartbeat beat. Browsers give the timers of a hidden page one call a minute (F27, H5), but not
 * those of a worker: where there is one, it only says "now", and the page sends the heartbeat.
 */
import type { Clock } from "./clock.ts";

/** Calls `onTick` every `ms`; the function that it returns ends that. */
export type Ticker = (ms: number, onTick: () => void) => () => void;

export function timerTicker(clock: Clock): Ticker {
  return (ms, onTick) => {
    let cancel = clock.after(ms, tick);
    function tick(): void {
      cancel = clock.after(ms, tick);
      onTick();
    }
    return () => cancel();
  };
}

/** `workerUrl` is the built heartbeat-worker.ts. Where it cannot be loaded, `fallback` ticks. */
export function workerTicker(workerUrl: string, fallback: Ticker): Ticker {
  return (ms, onTick) => {
    let end = startWorker();
    function startWorker(): () => void {
      try {
        const worker = new Worker(workerUrl, { name: "heartbeat" });
        worker.addEventListener("message", onTick);
        worker.addEventListener("error", () => {
          worker.terminate();
          end = fallback(ms, onTick);
        });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no target origin
        worker.postMessage(ms);
        return () => worker.terminate();
      } catch {
        // Refused outright (a policy, an old browser): the page's own timers are slower, not wrong.
        return fallback(ms, onTick);
      }
    }
    return () => end();
  };
}
