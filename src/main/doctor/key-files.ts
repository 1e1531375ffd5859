/** Whether the keys can be read, belong together, and are nobody else's to read. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Patient, Values } from "./configuration.ts";
import { about, messageOf, type Finding } from "./finding.ts";
import {
  keysIn,
  loadPublicKeys,
  loadSigningKey,
  type PublicKey,
  type SigningKey,
} from "../../accounts/index.ts";

const { ok, warning, error } = about("keys");

export async function checkKeys(programs: readonly Patient[], values: Values): Promise<Finding[]> {
  const { dataDir, jwtPrivateKey, jwtPublicKeys } = values;
  if (programs.includes("embedded")) {
    const own = join(dataDir, "keys");
    const pair = await checkPair(own);
    return jwtPublicKeys === null ? pair : [...pair, ...(await checkKeysOfOthers(jwtPublicKeys, own))];
  }
  const findings: Finding[] = [];
  const isPlatform = programs.includes("blazingSun") && jwtPrivateKey !== null;
  const isGateway = programs.includes("wsGateway") && jwtPublicKeys !== null;
  const signing = isPlatform ? await look(findings, () => loadSigningKey(jwtPrivateKey)) : null;
  if (isPlatform && signing !== null) findings.push(...checkPrivacy(jwtPrivateKey));
  if (isGateway) {
    const keys = await look(findings, () => loadPublicKeys(jwtPublicKeys));
    if (keys !== null) {
      const kids = [...new Set(keys.map(({ kid }) => kid))];
      findings.push(signing === null ? ok(said(kids.length, jwtPublicKeys)) : fit(signing, kids, values));
      findings.push(...checkTwins(keys), ...checkFolderOfGateway(jwtPublicKeys, jwtPrivateKey));
    }
  } else if (signing !== null) {
    findings.push(
      ok(`${signing.kid} signs; its public half must be in the folder JWT_PUBLIC_KEYS of every ws-gateway.`),
    );
  }
  return findings;
}

/** Of the embedded program, which makes it at its first start. */
async function checkPair(folder: string): Promise<Finding[]> {
  if (!existsSync(join(folder, "jwt_private.pem")) && !existsSync(join(folder, "jwt_public.pem"))) {
    return [ok(`${folder} has none yet: they are made at the first start.`)];
  }
  const findings: Finding[] = [];
  const signing = await look(findings, () => loadSigningKey(join(folder, "jwt_private.pem")));
  const keys = await look(findings, () => keysIn(folder));
  if (signing === null || keys === null) return findings;
  findings.push(...checkPrivacy(join(folder, "jwt_private.pem")));
  const isThere = keys.some(({ use }) => use === "signs");
  findings.push(
    isThere
      ? ok(`${signing.kid} signs, ${said(keys.length, folder)}`)
      : error(
          `${folder} has no public key that belongs to jwt_private.pem: every token would be refused.`,
          "delete jwt_public.pem, which is derived anew at the next start, or bring back the pair.",
        ),
  );
  return findings;
}

/** What JWT_PUBLIC_KEYS is to the embedded program, which knows its own pair besides (docs/integrating.md). */
async function checkKeysOfOthers(folder: string, ownFolder: string): Promise<Finding[]> {
  if (isSameFolder(folder, ownFolder)) {
    return [
      warning(
        `JWT_PUBLIC_KEYS is ${folder}, whose keys are known without it.`,
        "unset it, or name a folder with the public keys of the application that signs tokens too.",
      ),
    ];
  }
  const findings: Finding[] = [];
  const keys = await look(findings, () => loadPublicKeys(folder), mendOfOthers);
  if (keys === null) return findings;
  // Whether they can be read was said of the pair.
  const own = new Set((await keysIn(ownFolder).catch(() => [])).map(({ kid }) => kid));
  const [copies, others] = [keys.filter(({ kid }) => own.has(kid)), keys.filter(({ kid }) => !own.has(kid))];
  const kids = new Set(others.map(({ kid }) => kid));
  if (kids.size > 0) findings.push(ok(`Of other applications, ${said(kids.size, folder)}`));
  for (const { file, kid } of copies) {
    findings.push(
      warning(
        `${file} is a key of the platform itself (${kid}), which is known without it and would hold on after a rotation.`,
        `delete ${file}; the folder is for the keys of other applications.`,
      ),
    );
  }
  findings.push(...checkTwins(others), ...privateKeysIn(folder).map(tellPrivateKey));
  return findings;
}

/** By whatever path: of a link to the platform's own keys none is a copy that may be deleted. */
function isSameFolder(one: string, other: string): boolean {
  if (!existsSync(one) || !existsSync(other)) return resolve(one) === resolve(other);
  return realpathSync(one) === realpathSync(other);
}

const mendOfOthers =
  "put the public key of each application that signs tokens there as a .pem file that the user who runs the program can read, or unset JWT_PUBLIC_KEYS.";

function tellPrivateKey(file: string): Finding {
  return warning(
    `${file} is a private key: whoever reads it can sign as anybody, and nothing here needs it.`,
    "keep it with the application that signs, and put its public half here.",
  );
}

/** One key in several files: who takes one of them away has not taken the key away. */
function checkTwins(keys: readonly PublicKey[]): Finding[] {
  return keys.flatMap(({ kid, file }, index) => {
    const first = keys.find((key) => key.kid === kid);
    if (first === undefined || keys.indexOf(first) === index) return [];
    return [
      warning(
        `${file} is the same key as ${first.file} (${kid}).`,
        "delete one of them: the key holds as long as either is there.",
      ),
    ];
  });
}

function privateKeysIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".pem"))
    .map((name) => join(folder, name))
    .filter((file) => readFileSync(file, "utf8").includes("PRIVATE KEY"));
}

async function look<Found>(
  findings: Finding[],
  read: () => Promise<Found>,
  mend = "npm run keys -- make FOLDER makes a pair; the user who runs the program must be able to read it.",
): Promise<Found | null> {
  try {
    return await read();
  } catch (problem) {
    findings.push(error(messageOf(problem), mend));
    return null;
  }
}

function fit({ kid }: SigningKey, kids: readonly string[], { jwtPublicKeys }: Values): Finding {
  if (kids.includes(kid)) return ok(`${kid} signs, ${said(kids.length, jwtPublicKeys ?? "")}`);
  return error(
    `The public half of JWT_PRIVATE_KEY (${kid}) is not in ${jwtPublicKeys ?? ""}: every token would be refused.`,
    "copy jwt_public.pem, which lies beside the private key, into that folder.",
  );
}

function said(keyCount: number, folder: string): string {
  return `${keyCount} public ${keyCount === 1 ? "key verifies" : "keys verify"} in ${folder}.`;
}

function checkPrivacy(file: string): Finding[] {
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  return [
    warning(
      `${file} can be read by others than its owner (mode ${mode.toString(8)}).`,
      `chmod 600 ${file}, and let the user who runs the platform own it.`,
    ),
  ];
}

/** A gateway is on the front line, and needs no private key. */
function checkFolderOfGateway(folder: string, privateKey: string | null): Finding[] {
  const isTheSame = privateKey !== null && resolve(dirname(privateKey)) === resolve(folder);
  if (isTheSame || !existsSync(join(folder, "jwt_private.pem"))) return [];
  return [
    warning(
      `${folder} of the gateway holds a private key, which it does not need.`,
      "give gateways jwt_public.pem alone.",
    ),
  ];
}
