/**
 * The platform's signing keys: Ed25519, as PEM files. The private one signs socket tokens; every public one in a
 * folder verifies them, so that a new pair can be brought in beside the old one. A key's name (`kid`) is the
 * thumbprint of its public half (RFC 7638): it follows from the key and is written nowhere.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type KeyObject,
} from "node:crypto";
import { link, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { calculateJwkThumbprint, exportJWK } from "jose";

export interface PublicKey {
  readonly kid: string;
  /** The algorithm belongs to the key (H3) and is never taken from a token. */
  readonly algorithm: "EdDSA";
  readonly key: KeyObject;
  readonly file: string;
}

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: "EdDSA";
  readonly privateKey: KeyObject;
}

/** A key file that cannot be used; the message says which one and what to do. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
}

export const privateName = "jwt_private.pem";
export const publicName = "jwt_public.pem";
const howToMakeOne = "openssl genpkey -algorithm ed25519";

/** The pair in `directory`, made at the first start. Several processes that start at once end with one pair. */
export async function ensureKeyPair(directory: string): Promise<SigningKey> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const privateFile = join(directory, privateName);
  const publicFile = join(directory, publicName);
  if ((await readIfThere(privateFile)) === null) {
    if ((await readIfThere(publicFile)) !== null) {
      throw new KeyFileError(
        `${publicFile} is there, but ${privateFile} is not: bring it back, or delete the public key to get a new pair.`,
      );
    }
    await writeOnce(privateFile, newPrivatePem(), 0o600);
  }
  const signingKey = await loadSigningKey(privateFile);
  // The public half follows from the private one: a start that was cut off between the two is completed here.
  await writeOnce(publicFile, publicPemOf(signingKey), 0o644);
  const written = await loadPublicKey(publicFile, await readFile(publicFile, "utf8"));
  if (written.kid !== signingKey.kid) {
    throw new KeyFileError(
      `${publicFile} does not belong to ${privateFile}: bring back the pair, or delete ${publicName} to derive it anew.`,
    );
  }
  return signingKey;
}

export function newPrivatePem(): string | Buffer {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
}

export function publicPemOf({ privateKey }: SigningKey): string | Buffer {
  return createPublicKey(privateKey).export({ type: "spki", format: "pem" });
}

/** A private key that somebody else keeps (`JWT_PRIVATE_KEY`). */
export async function loadSigningKey(file: string): Promise<SigningKey> {
  const pem = await readIfThere(file);
  if (pem === null) throw new KeyFileError(`${file} is missing: make it with ${howToMakeOne}.`);
  const privateKey = parse(file, "private", () => createPrivateKey(pem));
  return { kid: await kidOf(createPublicKey(privateKey)), algorithm: "EdDSA", privateKey };
}

/** Every public key among the `.pem` files of a folder (`JWT_PUBLIC_KEYS`); private ones are passed over. */
export async function loadPublicKeys(directory: string): Promise<readonly PublicKey[]> {
  const names = (await namesIn(directory)).filter((name) => name.endsWith(".pem")).sort();
  const keys: PublicKey[] = [];
  for (const name of names) {
    const file = join(directory, name);
    const pem = await readFile(file, "utf8");
    if (!pem.includes("PRIVATE KEY")) keys.push(await loadPublicKey(file, pem));
  }
  if (keys.length === 0) throw new KeyFileError(`${directory} has no public key: put ${publicName} there.`);
  return keys;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    const why = Object.entries(whyNot).find(([code]) => isErrno(cause, code))?.[1];
    if (why === undefined) throw cause;
    throw new KeyFileError(`${directory} ${why}: it must be a folder with public keys in .pem files.`, {
      cause,
    });
  }
}

const whyNot = {
  ENOENT: "is not there",
  ENOTDIR: "is no folder",
  EACCES: "may not be read by this user",
};

async function loadPublicKey(file: string, pem: string): Promise<PublicKey> {
  const key = parse(file, "public", () => createPublicKey(pem));
  return { kid: await kidOf(key), algorithm: "EdDSA", key, file };
}

function parse(file: string, kind: "private" | "public", read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (cause) {
    throw new KeyFileError(`${file} is damaged or no ${kind} key in PEM: bring back the original.`, {
      cause,
    });
  }
  if (key.asymmetricKeyType !== "ed25519") {
    throw new KeyFileError(
      `${file} is a key for ${key.asymmetricKeyType ?? "something else"}, but tokens are signed with Ed25519: ${howToMakeOne}.`,
    );
  }
  return key;
}

async function kidOf(publicKey: KeyObject): Promise<string> {
  return calculateJwkThumbprint(await exportJWK(publicKey));
}

export async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

/** Writes a whole file, durably, or leaves the one that is there: nobody ever sees half of it. */
export async function writeOnce(file: string, content: string | Buffer, mode: number): Promise<void> {
  const draft = await writeDraft(file, content, mode);
  try {
    await link(draft, file);
  } catch (error) {
    if (!isErrno(error, "EEXIST")) throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The same, in the place of the one that is there. */
export async function replace(file: string, content: string | Buffer, mode: number): Promise<void> {
  await rename(await writeDraft(file, content, mode), file);
}

/** Beside the file, so that it can become it in one step; not named `.pem`, so that nobody reads it. */
async function writeDraft(file: string, content: string | Buffer, mode: number): Promise<string> {
  const draft = `${file}.${randomUUID()}`;
  const handle = await open(draft, "wx", mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
