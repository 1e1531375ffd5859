import { afterAll, describe, expect, it } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureKeyPair, loadPublicKeys, loadSigningKey } from "./keys.ts";

const root = mkdtempSync(join(tmpdir(), "keys-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let directoryCount = 0;
const newDirectory = () => join(root, String((directoryCount += 1)), "keys");

describe("the platform's keys", () => {
  it("are made at the first start, the private one for nobody else to read, and stay the same", async () => {
    const directory = newDirectory();
    const first = await ensureKeyPair(directory);
    expect((await readdir(directory)).sort()).toEqual(["jwt_private.pem", "jwt_public.pem"]);
    expect((await stat(join(directory, "jwt_private.pem"))).mode & 0o777).toBe(0o600);
    const [publicKey] = await loadPublicKeys(directory);
    expect(publicKey?.kid).toBe(first.kid);
    expect((await ensureKeyPair(directory)).kid).toBe(first.kid);
  });

  it("are one pair, where several processes start at once", async () => {
    const directory = newDirectory();
    const keys = await Promise.all(Array.from({ length: 8 }, () => ensureKeyPair(directory)));
    expect(new Set(keys.map((key) => key.kid)).size).toBe(1);
    expect(await readdir(directory)).toHaveLength(2);
  });

  it("are completed, where the first start was cut off between the two files", async () => {
    const directory = newDirectory();
    const { kid } = await ensureKeyPair(directory);
    await rm(join(directory, "jwt_public.pem"));
    await ensureKeyPair(directory);
    expect((await loadPublicKeys(directory)).map((key) => key.kid)).toEqual([kid]);
  });

  it("are not replaced in silence, where the private one is gone", async () => {
    const directory = newDirectory();
    await ensureKeyPair(directory);
    await rm(join(directory, "jwt_private.pem"));
    expect(await failureOf(ensureKeyPair(directory))).toMatch(/jwt_private\.pem is not: bring it back/);
  });

  it("are refused by name, where a file is damaged", async () => {
    for (const name of ["jwt_private.pem", "jwt_public.pem"]) {
      const directory = newDirectory();
      await ensureKeyPair(directory);
      const pem = await readFile(join(directory, name), "utf8");
      await writeFile(join(directory, name), pem.slice(0, 60));
      expect(await failureOf(ensureKeyPair(directory))).toContain(`${join(directory, name)} is damaged`);
    }
  });

  it("are refused by name, where the two do not belong together", async () => {
    const [directory, other] = [newDirectory(), newDirectory()];
    await ensureKeyPair(directory);
    await ensureKeyPair(other);
    await copyFile(join(other, "jwt_public.pem"), join(directory, "jwt_public.pem"));
    expect(await failureOf(ensureKeyPair(directory))).toMatch(
      /jwt_public\.pem does not belong to .*jwt_private\.pem/,
    );
  });

  it("are refused, where they are for another algorithm", async () => {
    const directory = newDirectory();
    await mkdir(directory, { recursive: true });
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const file = join(directory, "jwt_private.pem");
    await writeFile(file, privateKey.export({ type: "pkcs8", format: "pem" }));
    expect(await failureOf(loadSigningKey(file))).toMatch(/is a key for rsa/);
  });
});

describe("a folder of public keys", () => {
  it("may hold the old one beside the new one", async () => {
    const [oldPair, newPair] = [newDirectory(), newDirectory()];
    const kids = [(await ensureKeyPair(oldPair)).kid, (await ensureKeyPair(newPair)).kid];
    await copyFile(join(oldPair, "jwt_public.pem"), join(newPair, "jwt_public_2025.pem"));
    expect((await loadPublicKeys(newPair)).map((key) => key.kid).sort()).toEqual(kids.sort());
  });

  it("is refused when it is not there, has none, or a damaged one", async () => {
    const directory = newDirectory();
    expect(await failureOf(loadPublicKeys(directory))).toContain(`${directory} is not there`);
    await mkdir(directory, { recursive: true });
    expect(await failureOf(loadPublicKeys(directory))).toContain(`${directory} has no public key`);
    await writeFile(join(directory, "a.pem"), "nonsense");
    expect(await failureOf(loadPublicKeys(directory))).toContain(`${join(directory, "a.pem")} is damaged`);
    expect(await failureOf(loadPublicKeys(join(directory, "a.pem")))).toContain("a.pem is no folder");
  });
});

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return String(error);
  }
  return "none";
}
