import { describe, expect, it } from "bun:test";
import { FakeClock } from "./testing/fake-clock.ts";
import { timerTicker, workerTicker, type Ticker } from "./ticker.ts";

describe("what makes the heartbeat beat", () => {
  it("is a timer where there is no worker, until it is ended", () => {
    const clock = new FakeClock();
    let ticks = 0;
    const end = timerTicker(clock)(1_000, () => {
      ticks += 1;
    });
    clock.advance(3_500);
    expect(ticks).toBe(3);
    end();
    clock.advance(3_500);
    expect(ticks).toBe(3);
    expect(clock.pending).toBe(0);
  });

  it("is a worker that ticks by itself", async () => {
    const never: Ticker = () => {
      throw new Error("not this one");
    };
    const ticker = workerTicker(new URL("./heartbeat-worker.ts", import.meta.url).href, never);
    const { promise, resolve } = Promise.withResolvers<void>();
    let ticks = 0;
    const end = ticker(1, () => {
      ticks += 1;
      if (ticks === 3) resolve();
    });
    await promise;
    end();
  });

  it("falls back where the worker cannot be loaded, and can be ended then too", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    let ended = false;
    const fallback: Ticker = (ms) => {
      resolve(ms);
      return () => {
        ended = true;
      };
    };
    const end = workerTicker("file:///there/is/no/such/worker.js", fallback)(15_000, () => undefined);
    expect(await promise).toBe(15_000);
    end();
    expect(ended).toBe(true);
  });
});
