/** `npm run check-dice -- FILE`: checks the dice of a saved record; exit 0 where all is well, else 1 (G6). */
import { readFile } from "node:fs/promises";
import { games } from "./games.ts";
import { readRecord, type DiceRecord } from "../games/dice/record.ts";
import { verifyRecord, type DiceRules, type Verification } from "../games/dice/verify.ts";

const checkable = games.flatMap(({ dice }) => dice ?? []);

const usage = `Checks the dice of a finished game of ${checkable.map(({ name }) => name).join(" or ")}.

  npm run check-dice -- FILE

FILE is the record of the game: "Save the record" under "Check the dice" on the game's page, or
GET /api/games/{slug}/rooms/{roomId}/record.`;

/**
 * @param args the command line without the program's name
 * @param print takes one or more lines of text
 * @returns the exit code: 0 where every roll is what the seeds give, else 1
 */
export async function checkDice(args: readonly string[], print: (lines: string) => void): Promise<number> {
  const [path, ...more] = args;
  if (path === "--help" || path === "-h") {
    print(usage);
    return 0;
  }
  if (path === undefined || more.length > 0) {
    print(usage);
    return 1;
  }
  const reading = await readFileAsRecord(path);
  if (!reading.ok) {
    print(`${printable(path)}: ${printable(reading.problem)}`);
    return 1;
  }
  const { record } = reading;
  const rules = checkable.find(({ slug }) => slug === record.gameType);
  if (rules === undefined) throw new Error(`A record of ${record.gameType} was read, and nothing checks it.`);
  const verification = await verifyRecord(record, rules);
  print(report(record, verification, rules));
  return verification.ok ? 0 : 1;
}

async function readFileAsRecord(path: string): Promise<ReturnType<typeof readRecord>> {
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (error) {
    return { ok: false, problem: `The file cannot be read: ${reasonOf(error)}.` };
  }
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return { ok: false, problem: "This is not JSON: save the record again from the game's page." };
  }
  return readRecord(value, checkable);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES") return "you may not open it";
  return error instanceof Error ? error.message : String(error);
}

function report(record: DiceRecord, verification: Verification, { name, roundName }: DiceRules): string {
  const nameOf = (id: string): string =>
    printable(record.players.find((player) => player.id === id)?.name ?? "somebody");
  const [host, guest] = record.players.map(({ id }) => nameOf(id));
  const rolls = verification.rolls.map(({ turn, round, playerId, expected, got, ok }) => {
    const numbers = `roll ${turn}`.padEnd(10) + `${roundName.toLowerCase()} ${round}`.padEnd(11);
    const verdict = ok ? "ok" : "WRONG";
    return `  ${numbers}seeds give ${expected}  record has ${got ?? "none"}  ${verdict.padEnd(5)}  ${nameOf(playerId)}`;
  });
  const scores = record.players.map(({ id }) => `${nameOf(id)} ${verification.scores[id] ?? 0}`);
  return [
    `${name}, room ${printable(record.roomId)}: ${host ?? ""} against ${guest ?? ""}`,
    `  hash shown before the game  ${record.serverSeedHash}`,
    `  SHA-256 of the server seed  ${verification.computedHash}`,
    ...rolls,
    `  score by the rolls: ${scores.join(", ")}`,
    "",
    ...(verification.ok
      ? [`All is well: ${verification.rolls.length} rolls, the score and the result follow from the seeds.`]
      : [
          "This record is not right:",
          ...verification.findings.map(({ message }) => `  - ${printable(message)}`),
        ]),
  ].join("\n");
}

/** What comes from the file may hold control characters; a terminal would obey them. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");
}

if (import.meta.main) process.exit(await checkDice(process.argv.slice(2), console.log));
