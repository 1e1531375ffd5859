import { afterAll, describe, expect, it } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkDice } from "./check-dice.ts";

const folder = await mkdtemp(join(tmpdir(), "check-dice-"));
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** One roll, then the host left; the seeds are a vector of verify.test.ts. */
const record = {
  roomId: "5e9f0a34-27b0-4c39-8c8e-0f8f7f3f6f11",
  gameType: "bigger_dice",
  players: [
    { id: "1", name: "john" },
    { id: "2", name: "jane" },
  ],
  serverSeedHash: "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925",
  serverSeed: "00".repeat(32),
  clientSeeds: { "1": "alpha", "2": "beta" },
  rolls: [
    { turn: 0, playerId: "1", roll: 3 },
    { turn: 1, playerId: "2", roll: 4 },
  ],
  result: { winner: "2", reason: "left", finalScores: { "1": 0, "2": 1 }, forfeitedBy: "1" },
};

async function run(content: string): Promise<{ code: number; output: string }> {
  const path = join(folder, "record.json");
  await writeFile(path, content);
  return runWith([path]);
}

async function runWith(args: readonly string[]): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const code = await checkDice(args, (line) => lines.push(line));
  return { code, output: lines.join("\n") };
}

describe("npm run check-dice", () => {
  it("shows every roll and exits with 0 where all is well", async () => {
    const { code, output } = await run(JSON.stringify(record));
    expect(output).toContain("john against jane");
    expect(output).toContain("seeds give 4  record has 4  ok");
    expect(output).toContain("All is well: 2 rolls");
    expect(code).toBe(0);
  });

  it("names what is wrong and exits with 1", async () => {
    const rolls = [record.rolls[0], { turn: 1, playerId: "2", roll: 5 }];
    const { code, output } = await run(JSON.stringify({ ...record, rolls }));
    expect(output).toContain(
      "This record is not right:\n  - Roll 1 is 5 in the record, but the seeds give 4.",
    );
    expect(code).toBe(1);
  });

  it("says what is wrong with a file that is no record", async () => {
    expect(await run("not json")).toEqual({
      code: 1,
      output: expect.stringContaining("This is not JSON"),
    });
    expect(await run("{}")).toEqual({ code: 1, output: expect.stringContaining("no record of Bigger Dice") });
    expect(await runWith([join(folder, "nothing.json")])).toEqual({
      code: 1,
      output: expect.stringContaining("there is no such file"),
    });
    expect(await runWith([folder])).toEqual({ code: 1, output: expect.stringContaining("it is a folder") });
  });

  it("explains itself where it is called in another way", async () => {
    expect((await runWith([])).code).toBe(1);
    expect((await runWith(["one", "two"])).code).toBe(1);
    expect(await runWith(["--help"])).toEqual({
      code: 0,
      output: expect.stringContaining("npm run check-dice -- FILE"),
    });
  });

  it("does not send control characters of a record to the terminal", async () => {
    const players = [{ id: "1", name: "jo\u001b[31mhn" }, record.players[1]];
    const { output } = await run(JSON.stringify({ ...record, players }));
    expect(output).not.toContain("\u001b");
  });
});
