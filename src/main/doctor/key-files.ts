/** Whether the keys can be read, belong together, and are nobody else's to read. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Patient, Values } from "./configuration.ts";
import { about, messageOf, type Finding } from "./finding.ts";
import { keysIn, loadPublicKeys, loadSigningKey, type SigningKey } from "../../accounts/index.ts";

const { ok, warning, error } = about("keys");

export async function checkKeys(programs: readonly Patient[], values: Values): Promise<Finding[]> {
  const { dataDir, jwtPrivateKey, jwtPublicKeys } = values;
  if (programs.includes("embedded")) return checkPair(join(dataDir, "keys"));
  const findings: Finding[] = [];
  const isPlatform = programs.includes("blazingSun") && jwtPrivateKey !== null;
  const isGateway = programs.includes("wsGateway") && jwtPublicKeys !== null;
  const signing = isPlatform ? await look(findings, () => loadSigningKey(jwtPrivateKey)) : null;
  if (isPlatform && signing !== null) findings.push(...checkPrivacy(jwtPrivateKey));
  if (isGateway) {
    const kids = await look(findings, async () =>
      (await loadPublicKeys(jwtPublicKeys)).map(({ kid }) => kid),
    );
    if (kids !== null) {
      findings.push(signing === null ? ok(said(kids.length, jwtPublicKeys)) : fit(signing, kids, values));
      findings.push(...checkFolderOfGateway(jwtPublicKeys, jwtPrivateKey));
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

async function look<Found>(findings: Finding[], read: () => Promise<Found>): Promise<Found | null> {
  try {
    return await read();
  } catch (problem) {
    const mend =
      "npm run keys -- make FOLDER makes a pair; the user who runs the program must be able to read it.";
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
