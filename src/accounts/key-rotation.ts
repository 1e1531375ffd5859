/**
 * Another pair of keys for a platform that runs. A token that no gateway can verify signs people out, so it takes
 * three steps, with a moment between them: the next public key goes to every gateway; then the next private one
 * signs; and when the last token of the old one has run out, its public half goes.
 */
import { rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  KeyFileError,
  loadPublicKeys,
  loadSigningKey,
  newPrivatePem,
  privateName,
  publicName,
  publicPemOf,
  readIfThere,
  replace,
  writeOnce,
  type PublicKey,
} from "./keys.ts";
import { maxTokenLifeMs } from "./tokens.ts";

const nextPrivateName = "jwt_private_next.pem";
/** A token outlives its end by the gateway's grace of 25 s; the rest is for clocks that differ. */
const oldKeyLifeMs = maxTokenLifeMs + 60_000;

export interface KeyInFolder extends PublicKey {
  readonly use: "signs" | "next" | "verifies";
}

/** The public keys of a folder, and what each is there for; a key that lies there twice is one. */
export async function keysIn(folder: string): Promise<readonly KeyInFolder[]> {
  const [signing, next] = await Promise.all(
    [privateName, nextPrivateName].map(async (name) => {
      const file = join(folder, name);
      return (await readIfThere(file)) === null ? null : (await loadSigningKey(file)).kid;
    }),
  );
  const byKid = new Map((await loadPublicKeys(folder)).map((key) => [key.kid, key]));
  return [...byKid.values()].map((key) => ({
    ...key,
    use: key.kid === signing ? "signs" : key.kid === next ? "next" : "verifies",
  }));
}

/** Makes the next pair; done again, it finds the one that is there. @returns the file of its public half */
export async function makeNextKey(folder: string): Promise<string> {
  await loadSigningKey(join(folder, privateName));
  const privateFile = join(folder, nextPrivateName);
  await writeOnce(privateFile, newPrivatePem(), 0o600);
  const next = await loadSigningKey(privateFile);
  const publicFile = join(folder, publicNameOf(next.kid));
  await writeOnce(publicFile, publicPemOf(next), 0o644);
  return publicFile;
}

/**
 * From now on the next key signs; the old one's public half stays, under its own name. A run that was cut off is
 * completed by the next one: at every moment the folder has the public half of each key that may sign.
 */
export async function useNextKey(folder: string): Promise<void> {
  const privateFile = join(folder, privateName);
  const nextFile = join(folder, nextPrivateName);
  const publicFile = join(folder, publicName);
  const old = await loadSigningKey(privateFile);
  if ((await readIfThere(nextFile)) !== null) {
    await makeNextKey(folder);
    await writeOnce(join(folder, publicNameOf(old.kid)), publicPemOf(old), 0o644);
    await rename(nextFile, privateFile);
  } else if ((await loadPublicKeys(folder)).some(({ file, kid }) => file === publicFile && kid === old.kid)) {
    throw new KeyFileError(`${folder} has no next key: make it first.`);
  }
  const signing = await loadSigningKey(privateFile);
  await replace(publicFile, publicPemOf(signing), 0o644);
  await rm(join(folder, publicNameOf(signing.kid)), { force: true });
}

/** As this program names public keys: others in the folder are another application's, and are left alone. */
const ownPublicName = /^jwt_public(_.*)?\.pem$/;

/**
 * Removes the public halves of keys that sign no more.
 *
 * @param now milliseconds since 1970; null: without waiting for their tokens, for a key that somebody has stolen
 * @returns the files that are gone
 */
export async function dropOldKeys(folder: string, now: number | null): Promise<readonly string[]> {
  const keys = await keysIn(folder);
  if (!keys.some(({ use }) => use === "signs")) {
    throw new KeyFileError(`${folder} has no ${privateName}: it cannot be known which keys are old.`);
  }
  const since = (await stat(join(folder, publicName))).mtimeMs;
  if (now !== null && now < since + oldKeyLifeMs) {
    const end = new Date(since + oldKeyLifeMs).toISOString();
    throw new KeyFileError(`Tokens of the old key may be about until ${end}: wait, or add --now.`);
  }
  const old = keys.filter(({ use }) => use === "verifies");
  const kids = new Set(old.map(({ kid }) => kid));
  const files = (await loadPublicKeys(folder))
    .filter(({ kid, file }) => kids.has(kid) && ownPublicName.test(basename(file)))
    .map(({ file }) => file);
  await Promise.all(files.map((file) => rm(file)));
  return files;
}

function publicNameOf(kid: string): string {
  return `jwt_public_${kid.slice(0, 8)}.pem`;
}
