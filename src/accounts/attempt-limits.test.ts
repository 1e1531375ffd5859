import { describe, expect, it } from "bun:test";
import { addressGroup, createAttemptCounter } from "./attempt-limits.ts";

describe("counting attempts", () => {
  const start = () => {
    const clock = { now: 1_000_000 };
    return { clock, counter: createAttemptCounter({ burst: 3, refillMs: 1000 }, () => clock.now) };
  };
  const takeAll = (counter: ReturnType<typeof start>["counter"], key: string) => {
    for (let attempt = 0; attempt < 3; attempt += 1) expect(counter.take(key)).toBe(0);
  };

  it("lets a burst through, then says how long to wait", () => {
    const { clock, counter } = start();
    takeAll(counter, "a");
    expect(counter.take("a")).toBe(1000);
    clock.now += 400;
    expect(counter.take("a")).toBe(600);
    clock.now += 600;
    expect(counter.take("a")).toBe(0);
    expect(counter.take("a")).toBe(1000);
  });

  it("counts each key by itself", () => {
    const { counter } = start();
    takeAll(counter, "a");
    expect(counter.take("b")).toBe(0);
  });

  it("takes back an attempt that was none", () => {
    const { counter } = start();
    takeAll(counter, "a");
    counter.giveBack("a");
    expect(counter.take("a")).toBe(0);
    expect(counter.take("a")).toBe(1000);
  });

  it("never has more than a burst, however long somebody was away or gives back", () => {
    const { clock, counter } = start();
    takeAll(counter, "a");
    clock.now += 3_600_000;
    counter.giveBack("a");
    takeAll(counter, "a");
    expect(counter.take("a")).toBe(1000);
  });

  it("is not fooled by a clock that goes backwards", () => {
    const { clock, counter } = start();
    takeAll(counter, "a");
    clock.now -= 10_000;
    expect(counter.take("a")).toBe(1000);
  });

  it("forgets the quietest of very many keys, not the busiest", () => {
    const { counter } = start();
    takeAll(counter, "quiet");
    takeAll(counter, "busy");
    for (let key = 0; key < 30_000; key += 1) {
      counter.take(`other ${key}`);
      if (key % 1000 === 0) {
        counter.giveBack("busy");
        counter.take("busy");
      }
    }
    expect(counter.take("busy")).toBe(1000);
    expect(counter.take("quiet")).toBe(0);
  });
});

describe("to whom an address is counted", () => {
  const groups = [
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["unknown", "unknown"],
  ] as const;
  for (const [address, group] of groups) {
    it(`is ${group} for ${address}`, () => {
      expect(addressGroup(address)).toBe(group);
    });
  }
});
