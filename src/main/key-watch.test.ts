import { afterAll, afterEach, expect, it } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { signingKeyOfNow, watchKeys, type WatchedKeys } from "./key-watch.ts";
import {
  ensureKeyPair,
  loadSigningKey,
  makeNextKey,
  useNextKey,
  type SigningKey,
} from "../accounts/index.ts";

const folder = mkdtempSync(join(tmpdir(), "key-watch-"));
const file = join(folder, "jwt_private.pem");
let watched: WatchedKeys<SigningKey>;
afterEach(() => watched.stop());
afterAll(() => rmSync(folder, { recursive: true }));

/** What a logger with this stream has said. */
const said: string[] = [];
const logger = pino({ level: "info" }, { write: (line: string) => void said.push(line) });

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(2);
}

it("follows the file, and keeps the key of before while the file cannot be used", async () => {
  const first = await ensureKeyPair(folder);
  let looks = 0;
  const load = () => {
    looks += 1;
    return loadSigningKey(file);
  };
  watched = await watchKeys({ load, kids: ({ kid }) => [kid], logger, everyMs: 1 });
  const key = signingKeyOfNow(watched.now);
  expect(key.kid).toBe(first.kid);

  const pem = await readFile(file, "utf8");
  await writeFile(file, pem.slice(0, 40));
  const before = looks;
  await until(() => looks > before + 5);
  expect(key.kid).toBe(first.kid);
  expect(said.filter((line) => line.includes("cannot be read"))).toHaveLength(1);

  await writeFile(file, pem);
  await makeNextKey(folder);
  await useNextKey(folder);
  await until(() => key.kid !== first.kid);
  expect(key.privateKey.asymmetricKeyType).toBe("ed25519");
  expect(said.join()).toContain("the keys have changed");
});

it("does not begin with a key that cannot be used", async () => {
  const load = () => loadSigningKey(join(folder, "nothing.pem"));
  const beginning = watchKeys({ load, kids: ({ kid }) => [kid], logger });
  const end = await beginning.then(
    () => "it began",
    (error: unknown) => String(error),
  );
  expect(end).toContain("nothing.pem is missing");
});
