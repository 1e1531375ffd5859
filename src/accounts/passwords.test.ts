import { describe, expect, it } from "bun:test";
import { createPasswordHasher, refusePassword } from "./passwords.ts";

const cheap = { memoryKiB: 8, passes: 1, concurrency: 2, maxWaiting: 3 };

describe("which passwords may be chosen", () => {
  it("takes 8 to 128 characters, whatever they are", () => {
    for (const password of [
      "12345678",
      "🦊🦊🦊🦊🦊🦊🦊🦊",
      "a".repeat(128),
      "  pass   word  ",
      "žluťoučký",
    ]) {
      expect(refusePassword(password)).toBeNull();
    }
  });

  it("counts an accented letter as one, however the keyboard sends it", () => {
    expect(refusePassword("e\u0301".repeat(4))).toMatchObject({ code: "INVALID_FIELD", field: "password" });
  });

  it("says at least which, where it is too short, and at most which, where it is too long", () => {
    expect(refusePassword("1234567")?.message).toBe("The password is too short: at least 8 characters.");
    expect(refusePassword("a".repeat(129))?.message).toBe(
      "The password is too long: at most 128 characters.",
    );
  });

  it("refuses half of a character", () => {
    expect(refusePassword("12345678\ud83d")).toMatchObject({ code: "INVALID_FIELD", field: "password" });
  });
});

describe("hashing passwords", () => {
  const hashOf = async (password: string) => {
    const result = await createPasswordHasher(cheap).hash(password);
    if (result === "busy") throw new Error("busy");
    return result.hash;
  };

  it("uses Argon2id with another salt each time", async () => {
    const hash = await hashOf("correct horse");
    expect(hash).toStartWith("$argon2id$");
    expect(await hashOf("correct horse")).not.toBe(hash);
  });

  it("knows the right password from a wrong one", async () => {
    const hasher = createPasswordHasher(cheap);
    const hash = await hashOf("correct horse");
    expect(await hasher.verify("correct horse", hash)).toBe("right");
    expect(await hasher.verify("Correct horse", hash)).toBe("wrong");
  });

  it("takes an accented password composed and decomposed", async () => {
    const hash = await hashOf("caf\u00e9-caf\u00e9");
    expect(await createPasswordHasher(cheap).verify("cafe\u0301-cafe\u0301", hash)).toBe("right");
  });

  it("finds every password wrong for somebody who does not exist, the one it compares with too", async () => {
    const hasher = createPasswordHasher(cheap);
    expect(await hasher.verify("correct horse", null)).toBe("wrong");
    expect(await hasher.verify("nobody has this password", null)).toBe("wrong");
  });

  it("works as hard for somebody who does not exist as for somebody who does", async () => {
    const hasher = createPasswordHasher({ ...cheap, memoryKiB: 32_768, passes: 2 });
    const hashed = await hasher.hash("correct horse");
    if (hashed === "busy") throw new Error("busy");
    await hasher.verify("warm up", null);
    const known = await millisecondsOf(() => hasher.verify("wrong", hashed.hash));
    const unknown = await millisecondsOf(() => hasher.verify("wrong", null));
    expect(unknown).toBeGreaterThan(known / 4);
  });

  it("says busy where too many wait already, and works on afterwards", async () => {
    const hasher = createPasswordHasher(cheap);
    const results = await Promise.all(Array.from({ length: 7 }, () => hasher.hash("correct horse")));
    expect(results.filter((result) => result === "busy")).toHaveLength(2);
    expect(await hasher.hash("correct horse")).not.toBe("busy");
  });
});

/** The fastest of three times, so that what else the machine does counts little. */
async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 3; time += 1) {
    const start = performance.now();
    await work();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
