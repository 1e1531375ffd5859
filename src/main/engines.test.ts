import { afterEach, describe, expect, it } from "bun:test";
import { EngineWatch } from "./engines.ts";
import { createLogger } from "./logger.ts";
import { EngineProblem } from "../engines/engine.ts";

const quiet = createLogger("silent");
const away = () => new EngineProblem("Redis", "away", "127.0.0.1:1 does not answer");

describe("waiting for an engine", () => {
  const watches: EngineWatch[] = [];
  afterEach(() => {
    for (const watch of watches.splice(0)) watch.stop();
  });
  const newWatch = (options = {}) => {
    const watch = new EngineWatch(quiet, { everyMs: 1, ...options });
    watches.push(watch);
    return watch;
  };

  it("opens it as soon as it is there, and says until then why not", async () => {
    const watch = newWatch();
    const reasons: (readonly string[])[] = [];
    let tries = 0;
    const opened = await watch.open("Redis", () => {
      reasons.push(watch.reasons());
      tries += 1;
      return tries < 2 ? Promise.reject(away()) : Promise.resolve("opened");
    });
    expect(opened).toBe("opened");
    expect(reasons).toEqual([["Redis: not connected yet"], ["Redis: 127.0.0.1:1 does not answer"]]);
    expect(watch.states()).toEqual({ Redis: "up" });
    expect(watch.reasons()).toEqual([]);
  });

  it("does not wait where waiting would not help", async () => {
    const refused = new EngineProblem("PostgreSQL", "refused", "the password of blazing is wrong");
    const opening = newWatch().open("PostgreSQL", () => Promise.reject(refused));
    expect(opening).rejects.toThrow("PostgreSQL: the password of blazing is wrong");
  });

  it("calls an engine away only after a while, and up at once when it is back", async () => {
    let now = 0;
    const watch = newWatch({ graceMs: 5_000, now: () => now });
    await watch.open("Redis", () => Promise.resolve());
    const looks: (() => void)[] = [];
    let isAway = true;
    watch.watch({
      name: "Redis",
      check: () =>
        new Promise<void>((resolve, reject) => {
          for (const seen of looks.splice(0)) seen();
          if (isAway) reject(away());
          else resolve();
        }),
    });
    const twoLooks = async () => {
      for (let n = 0; n < 2; n += 1) await new Promise<void>((resolve) => looks.push(resolve));
    };
    await twoLooks();
    expect(watch.reasons()).toEqual([]);
    now = 6_000;
    await twoLooks();
    expect(watch.reasons()).toEqual(["Redis: 127.0.0.1:1 does not answer"]);
    isAway = false;
    await twoLooks();
    expect(watch.reasons()).toEqual([]);
  });
});
