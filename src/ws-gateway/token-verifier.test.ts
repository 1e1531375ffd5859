import { createHmac, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "bun:test";
import { SignJWT } from "jose";
import { createTokenVerifier } from "./token-verifier.ts";

const now = Date.UTC(2026, 0, 1);
const ours = generateKeyPairSync("ed25519");
const rotated = generateKeyPairSync("rsa", { modulusLength: 2048 });
const theirs = generateKeyPairSync("ed25519");
const verify = createTokenVerifier(
  [
    { kid: "ours", algorithm: "EdDSA", key: ours.publicKey },
    { kid: "rotated", algorithm: "RS256", key: rotated.publicKey },
  ],
  () => now,
);

const claims = { username: "jane", roles: ["user"], permissions: ["play"], sid: "s-1" };

function token(change: (jwt: SignJWT) => SignJWT = (jwt) => jwt, header = { alg: "EdDSA", kid: "ours" }) {
  const jwt = new SignJWT(claims)
    .setProtectedHeader(header)
    .setIssuer("blazing_sun")
    .setAudience("ws_gateway")
    .setSubject("7")
    .setExpirationTime(now / 1000 + 60);
  return change(jwt);
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function kindOf(text: string): Promise<string> {
  return (await verify(text)).kind;
}

describe("a socket token (H3)", () => {
  it("says who is there, and until when", async () => {
    expect(await verify(await token().sign(ours.privateKey))).toEqual({
      kind: "valid",
      session: {
        userId: "7" as never,
        username: "jane",
        roles: ["user"],
        permissions: new Set(["play"] as const),
        sid: "s-1" as never,
        expiresAt: now + 60_000,
      },
    });
  });

  it("may be signed with any of the platform's keys, each with its own algorithm", async () => {
    const rs = token((jwt) => jwt, { alg: "RS256", kid: "rotated" });
    expect(await kindOf(await rs.sign(rotated.privateKey))).toBe("valid");
  });

  it("may be signed with a key that came while the gateway ran, until it is taken away", async () => {
    let keys = [{ kid: "theirs", algorithm: "EdDSA" as const, key: theirs.publicKey }];
    const verifyNow = createTokenVerifier(
      () => keys,
      () => now,
    );
    const signed = await token().sign(ours.privateKey);
    expect((await verifyNow(signed)).kind).toBe("invalid");
    keys = [...keys, { kid: "ours", algorithm: "EdDSA", key: ours.publicKey }];
    expect((await verifyNow(signed)).kind).toBe("valid");
    keys = keys.slice(0, 1);
    expect((await verifyNow(signed)).kind).toBe("invalid");
  });

  const refused: readonly [string, () => Promise<string>][] = [
    [
      "lives for longer than an ended session is remembered",
      () => token((jwt) => jwt.setExpirationTime(now / 1000 + 6 * 60 + 1)).sign(ours.privateKey),
    ],
    ["is expired", () => token((jwt) => jwt.setExpirationTime(now / 1000 - 1)).sign(ours.privateKey)],
    ["is of another issuer", () => token((jwt) => jwt.setIssuer("elsewhere")).sign(ours.privateKey)],
    ["is for another audience", () => token((jwt) => jwt.setAudience("mail")).sign(ours.privateKey)],
    [
      "names a key that is not ours",
      () => token((jwt) => jwt, { alg: "EdDSA", kid: "x" }).sign(ours.privateKey),
    ],
    ["is signed with another key", () => token().sign(theirs.privateKey)],
    ["has no subject that is a user", () => token((jwt) => jwt.setSubject("root")).sign(ours.privateKey)],
  ];
  for (const [why, make] of refused) {
    it(`is refused where it ${why}`, async () => {
      expect(await kindOf(await make())).toBe("invalid");
    });
  }

  it("is refused without a signature, whatever its header says", async () => {
    const payload = part({
      ...claims,
      iss: "blazing_sun",
      aud: "ws_gateway",
      sub: "7",
      exp: now / 1000 + 60,
    });
    expect(await kindOf(`${part({ alg: "none", kid: "ours" })}.${payload}.`)).toBe("invalid");
  });

  it("is refused where the public key was used as a shared secret", async () => {
    const payload = part({
      ...claims,
      iss: "blazing_sun",
      aud: "ws_gateway",
      sub: "7",
      exp: now / 1000 + 60,
    });
    const signed = `${part({ alg: "HS256", kid: "rotated" })}.${payload}`;
    const secret = rotated.publicKey.export({ type: "spki", format: "pem" });
    const signature = createHmac("sha256", secret).update(signed).digest("base64url");
    expect(await kindOf(`${signed}.${signature}`)).toBe("invalid");
  });

  it("is refused where its payload was changed after it was signed", async () => {
    const [header = "", , signature = ""] = (await token().sign(ours.privateKey)).split(".");
    const payload = part({
      ...claims,
      roles: ["admin"],
      iss: "blazing_sun",
      aud: "ws_gateway",
      sub: "7",
      exp: now / 1000 + 60,
    });
    expect(await kindOf(`${header}.${payload}.${signature}`)).toBe("invalid");
  });

  it("is refused where it is no token at all", async () => {
    for (const text of ["", "a", "a.b.c", "...", "{}"]) expect(await kindOf(text)).toBe("invalid");
  });
});
