import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { decidePair, seesRequest, strangers, turned, type Pair, type PairAction } from "./pair.ts";

const actions: readonly PairAction[] = ["ask", "accept", "decline", "withdraw", "remove", "block", "unblock"];
const seed = 20_261_125;
const act = fc.record({ byFirst: fc.boolean(), action: fc.constantFrom(...actions) });

/** The pair as the first of the two sees it, after these actions, and what each was told of it. */
function after(acts: readonly { byFirst: boolean; action: PairAction }[]) {
  let pair: Pair = strangers;
  const told = { first: [] as string[], second: [] as string[] };
  for (const [index, { byFirst, action }] of acts.entries()) {
    const decision = decidePair(byFirst ? pair : turned(pair), action, index + 1);
    if (!decision.ok) continue;
    pair = byFirst ? decision.pair : turned(decision.pair);
    for (const { to, kind } of decision.events)
      told[(to === "own") === byFirst ? "first" : "second"].push(kind);
  }
  return { pair, told };
}

/** What a page that hears these events shows. */
function shown(events: readonly string[]) {
  let isFriend = false;
  let requests = 0;
  for (const kind of events) {
    if (kind === "friend_requested") requests += 1;
    if (kind === "friend_request_removed") requests -= 1;
    if (kind === "friend_removed") isFriend = false;
    if (kind === "friend_accepted") [isFriend, requests] = [true, 0];
  }
  return { isFriend, requests };
}

describe(`two people and any of their actions (seed ${seed})`, () => {
  it("never are friends and blocked, or friends with an open request", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        const { pair } = after(acts);
        if (pair.friendsSince === null) return;
        expect(pair.own).toEqual({ askedAt: null, blockedAt: null });
        expect(pair.other).toEqual({ askedAt: null, blockedAt: null });
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it("are told exactly what each of them can see", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        const { pair, told } = after(acts);
        for (const [seen, events] of [
          [pair, told.first],
          [turned(pair), told.second],
        ] as const) {
          const requests = Number(seen.own.askedAt !== null) + Number(seesRequest(seen));
          expect(shown(events)).toEqual({ isFriend: seen.friendsSince !== null, requests });
        }
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it("do nothing by doing the same again", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), fc.constantFrom(...actions), (acts, action) => {
        const once = decidePair(after(acts).pair, action, 100);
        if (!once.ok) return;
        const twice = decidePair(once.pair, action, 200);
        // Accepting what is accepted, and asking again after a request was accepted by asking, change nothing.
        expect(twice).toEqual({ ok: true, pair: once.pair, events: [] });
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it("show a block to the one who is blocked as a removal, whatever she does then", () => {
    const hers = fc.array(fc.constantFrom<PairAction>("ask", "withdraw", "remove", "accept", "decline"), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(hers, (after1) => {
        const friends = [
          { byFirst: true, action: "ask" as const },
          { byFirst: false, action: "accept" as const },
        ];
        const does = after1.map((action) => ({ byFirst: false, action }));
        const blocked = after([...friends, { byFirst: true, action: "block" as const }, ...does]);
        const removed = after([...friends, { byFirst: true, action: "remove" as const }, ...does]);
        expect(blocked.told.second).toEqual(removed.told.second);
      }),
      { seed, numRuns: 500 },
    );
  });
});
