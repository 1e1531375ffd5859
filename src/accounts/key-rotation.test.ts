import { afterAll, beforeEach, describe, expect, it } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, rename, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { dropOldKeys, keysIn, makeNextKey, useNextKey } from "./key-rotation.ts";
import { ensureKeyPair, loadPublicKeys, loadSigningKey } from "./keys.ts";

const root = mkdtempSync(join(tmpdir(), "key-rotation-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
let first: string;
let count = 0;
beforeEach(async () => {
  folder = join(root, String((count += 1)));
  first = (await ensureKeyPair(folder)).kid;
});

const signing = async () => (await loadSigningKey(join(folder, "jwt_private.pem"))).kid;
const verified = async () => new Set((await loadPublicKeys(folder)).map(({ kid }) => kid));
const failure = (work: Promise<unknown>) =>
  work.then(
    () => "none",
    (error: unknown) => String(error),
  );

describe("a rotation of keys", () => {
  it("lets the next key be known first, then sign, and forgets the old one last", async () => {
    await makeNextKey(folder);
    expect(await signing()).toBe(first);
    const next = (await keysIn(folder)).find(({ use }) => use === "next")?.kid ?? "";
    expect(await verified()).toEqual(new Set([first, next]));

    await useNextKey(folder);
    expect(await signing()).toBe(next);
    expect(await verified()).toEqual(new Set([first, next]));
    expect((await ensureKeyPair(folder)).kid).toBe(next);
    expect((await stat(join(folder, "jwt_private.pem"))).mode & 0o777).toBe(0o600);

    const foreign = join(folder, "my-application.pem");
    const { publicKey } = generateKeyPairSync("ed25519");
    await writeFile(foreign, publicKey.export({ type: "spki", format: "pem" }));
    const gone = await dropOldKeys(folder, Date.now() + 10 * 60_000);
    expect(gone.map((file) => basename(file))).toEqual([`jwt_public_${first.slice(0, 8)}.pem`]);
    expect((await readdir(folder)).sort()).toEqual([
      "jwt_private.pem",
      "jwt_public.pem",
      "my-application.pem",
    ]);
  });

  it("finds the next key that is there, when it is asked for one again", async () => {
    expect(await makeNextKey(folder)).toBe(await makeNextKey(folder));
    expect(await verified()).toHaveLength(2);
  });

  it("says that there is no next key to use", async () => {
    expect(await failure(useNextKey(folder))).toContain("has no next key: make it first");
  });

  it("is completed, where it was cut off after the private key had changed its place", async () => {
    await makeNextKey(folder);
    const next = (await keysIn(folder)).find(({ use }) => use === "next")?.kid ?? "";
    await rename(join(folder, "jwt_private_next.pem"), join(folder, "jwt_private.pem"));
    await useNextKey(folder);
    expect((await ensureKeyPair(folder)).kid).toBe(next);
  });

  it("keeps the old key as long as its tokens may be about, unless somebody has it who should not", async () => {
    await makeNextKey(folder);
    await useNextKey(folder);
    expect(await failure(dropOldKeys(folder, Date.now()))).toContain("wait, or add --now");
    expect(await dropOldKeys(folder, null)).toHaveLength(1);
    expect(await verified()).not.toContain(first);
  });

  it("does not drop the next key with the old ones", async () => {
    await makeNextKey(folder);
    expect(await dropOldKeys(folder, null)).toEqual([]);
    expect(await verified()).toHaveLength(2);
  });
});
