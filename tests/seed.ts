/** What the random tests begin from: it stands in their names, and `SEED=… npm test` repeats it. */
export const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
