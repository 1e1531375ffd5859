/** R5: full jitter, so that ten thousand clients that lost the same server do not come back in step. */
const firstMs = 500;
const longestMs = 20_000;

/** How long to wait before try number `attempt`, from 1: somewhere between nothing and a bound that doubles. */
export function fullJitter(attempt: number, random: () => number): number {
  return random() * Math.min(longestMs, firstMs * 2 ** (attempt - 1));
}
