import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { Allowances, defaultLimits, Meter, type Verdict } from "./limits.ts";
import { rateClasses } from "../protocol/index.ts";

describe("a token bucket", () => {
  const limit = { burst: 5, perSecond: 10 };

  it("gives a burst at once, then one for each time that a token takes to come", () => {
    const meter = new Meter();
    const taken = Array.from({ length: 5 }, () => meter.take(1_000, limit));
    expect(taken).toEqual([0, 0, 0, 0, 0]);
    expect(meter.take(1_000, limit)).toBeCloseTo(100);
    expect(meter.take(1_099, limit)).toBeGreaterThan(0);
    expect(meter.take(1_100, limit)).toBe(0);
    expect(meter.take(1_100, limit)).toBeGreaterThan(0);
  });

  it("is full again after a rest, and holds no more than its burst", () => {
    const meter = new Meter();
    for (let n = 0; n < 5; n += 1) meter.take(0, limit);
    expect(meter.isFull(499)).toBe(false);
    expect(meter.isFull(500)).toBe(true);
    const taken = Array.from({ length: 6 }, () => meter.take(1_000_000, limit));
    expect(taken.filter((wait) => wait === 0).length).toBe(5);
  });

  it("is empty for no longer than it takes to fill where the clock is set back", () => {
    const meter = new Meter();
    for (let n = 0; n < 5; n += 1) meter.take(3_600_000, limit);
    expect(meter.take(0, limit)).toBeLessThanOrEqual(100);
    expect(meter.take(100, limit)).toBe(0);
  });

  const seed = 5_150;
  it(`never gives more than its burst and its rate, and always after the time it names (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 200 }), (gaps) => {
        const meter = new Meter();
        let now = 0;
        let given = 0;
        for (const gap of gaps) {
          now += gap;
          const wait = meter.take(now, limit);
          if (wait === 0) given += 1;
          else {
            now += Math.ceil(wait);
            expect(meter.take(now, limit)).toBe(0);
            given += 1;
          }
        }
        expect(given).toBeLessThanOrEqual(limit.burst + (now / 1000) * limit.perSecond + 1e-6);
      }),
      { seed },
    );
  });
});

describe("an allowance (H7)", () => {
  it("of a person is forgotten when it is full again, and no earlier", () => {
    const allowances = new Allowances<string>(defaultLimits);
    const { burst, perSecond } = rateClasses.action;
    const most = burst * defaultLimits.socketsPerUser;
    const take = (now: number) => allowances.forPerson("jane").take("action", now).kind;
    for (let n = 0; n < most; n += 1) expect(take(0)).toBe("allowed");
    allowances.forgetTheCalm(1);
    expect(take(1)).toBe("limited");
    const fullAt = 1 + (1_000 * most) / perSecond;
    const before = allowances.forPerson("jane");
    allowances.forgetTheCalm(fullAt);
    expect(allowances.forPerson("jane")).not.toBe(before);
  });

  it("counts each class apart, never a heartbeat, and calls ten times a limit a flood", () => {
    const allowance = new Allowances<string>(defaultLimits).forSocket();
    const verdicts = Array.from({ length: 250 }, () => allowance.take("action", 0).kind);
    expect(verdicts.indexOf("limited")).toBe(rateClasses.action.burst);
    expect(verdicts.indexOf("flooding")).toBe(10 * rateClasses.action.burst);
    expect(allowance.take("room", 0).kind).toBe("allowed");
    for (let n = 0; n < 1_000; n += 1) expect(allowance.take("heartbeat", 0).kind).toBe("allowed");
  });

  it("is as good as a new one when each class is full again, and not before", () => {
    const allowance = new Allowances<string>(defaultLimits).forSocket();
    expect(allowance.isFull(0)).toBe(true);
    for (const kind of ["chat", "typing", "action"] as const) allowance.take(kind, 0);
    const slowest = 1_000 / rateClasses.typing.perSecond;
    expect(slowest).toBeGreaterThan(1_000 / rateClasses.chat.perSecond);
    expect(allowance.isFull(slowest - 1)).toBe(false);
    expect(allowance.isFull(slowest)).toBe(true);
  });

  it("is not as good as a new one while it would call a flood earlier", () => {
    const { burst, perSecond } = rateClasses.action;
    const allowance = new Allowances<string>(defaultLimits).forSocket();
    const take = (times: number, now: number) => {
      for (let n = 0; n < times; n += 1) allowance.take("action", now);
    };
    const fillMs = (1_000 * burst) / perSecond;
    take(burst, 0);
    // One token is missing but for a millisecond: what is allowed is full again that much earlier than the flood.
    const last = fillMs - 1;
    take(10 * burst, last);
    expect(allowance.isFull(last + fillMs - 1)).toBe(false);
    expect(allowance.isFull(last + fillMs)).toBe(true);
  });

  const seed = 7_301;
  it(`gives each class what it would get alone, in whatever order they are used (seed ${seed})`, () => {
    const kinds = ["action", "room", "chat", "refusal"] as const;
    const message = fc.record({
      kind: fc.constantFrom(...kinds),
      gap: fc.oneof(fc.constant(0), fc.nat(900)),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 300, size: "max" }), (messages) => {
        const allowances = new Allowances<string>(defaultLimits);
        const together = allowances.forSocket();
        const alone = new Map(kinds.map((kind) => [kind, allowances.forSocket()]));
        let now = 0;
        for (const { kind, gap } of messages) {
          now += gap;
          expect(together.take(kind, now)).toEqual(alone.get(kind)?.take(kind, now) as Verdict);
          expect(together.isFull(now + gap)).toBe(alone.values().every((each) => each.isFull(now + gap)));
        }
      }),
      { seed },
    );
  });
});
