/** Passwords: which ones we take, and how they are kept (Argon2id). */
import { availableParallelism } from "node:os";
import type { Rejection } from "../protocol/index.ts";

const minCodePoints = 8;
const maxCodePoints = 128;

/** Null where `password` may be chosen. */
export function refusePassword(password: string): Rejection | null {
  if (!password.isWellFormed()) return refuse("has half of a character in it: type it again");
  const length = Array.from(normalise(password)).length;
  if (length < minCodePoints) return refuse(`is too short: at least ${minCodePoints} characters`);
  if (length > maxCodePoints) return refuse(`is too long: at most ${maxCodePoints} characters`);
  return null;
}

function refuse(problem: string): Rejection {
  return { code: "INVALID_FIELD", field: "password", message: `The password ${problem}.` };
}

/** Keyboards send é as one character or as two; both are the same password. */
function normalise(password: string): string {
  return password.normalize("NFKC");
}

export interface PasswordHasher {
  /** "busy": too many are waiting already; try again later. */
  hash(password: string): Promise<{ readonly hash: string } | "busy">;
  /** `hash` is null where nobody has the name; that takes as long as a wrong password. */
  verify(password: string, hash: string | null): Promise<"right" | "wrong" | "busy">;
}

export interface HashingCost {
  readonly memoryKiB: number;
  readonly passes: number;
  /** How many at the same time. The others wait, so that games go on while a class signs in. */
  readonly concurrency: number;
  /** How many may wait. */
  readonly maxWaiting: number;
}

/** OWASP's first choice for Argon2id, 2024: 19 MiB, two passes. */
export const defaultHashingCost: HashingCost = {
  memoryKiB: 19_456,
  passes: 2,
  concurrency: Math.max(1, Math.floor(availableParallelism() / 2)),
  maxWaiting: 200,
};

export function createPasswordHasher(cost: HashingCost = defaultHashingCost): PasswordHasher {
  const gate = createGate(cost.concurrency, cost.maxWaiting);
  const hash = (password: string) =>
    Bun.password.hash(normalise(password), {
      algorithm: "argon2id",
      memoryCost: cost.memoryKiB,
      timeCost: cost.passes,
    });
  let nobodysHash: Promise<string> | null = null;

  return {
    async hash(password) {
      const result = await gate(() => hash(password));
      return result === "busy" ? "busy" : { hash: result.value };
    },
    async verify(password, storedHash) {
      const result = await gate(async () => {
        nobodysHash ??= hash("nobody has this password");
        const isRight = await Bun.password.verify(normalise(password), storedHash ?? (await nobodysHash));
        return isRight && storedHash !== null;
      });
      if (result === "busy") return "busy";
      return result.value ? "right" : "wrong";
    },
  };
}

type Gated<Value> = { readonly value: Value } | "busy";

/** Lets `concurrency` tasks run at a time, the others in the order in which they came. */
function createGate(concurrency: number, maxWaiting: number) {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async function run<Value>(task: () => Promise<Value>): Promise<Gated<Value>> {
    if (running < concurrency) running += 1;
    else if (waiting.length < maxWaiting) await new Promise<void>((resolve) => waiting.push(resolve));
    else return "busy";
    try {
      return { value: await task() };
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next(); // it takes over this one's place
    }
  };
}
