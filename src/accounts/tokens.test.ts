import { describe, expect, it } from "bun:test";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { asSessionId, asUserId, type Role } from "../protocol/index.ts";
import type { SigningKey } from "./keys.ts";
import { issueSocketToken, rolesOf } from "./tokens.ts";

const now = Date.UTC(2026, 0, 1, 12) + 789;
const { privateKey } = generateKeyPairSync("ed25519");
const key: SigningKey = { kid: "key-1", algorithm: "EdDSA", privateKey };

const bearerWith = (roles: readonly Role[]) => ({
  userId: asUserId("42"),
  username: "jane",
  roles,
  sid: asSessionId("session-1"),
});

async function claimsOf(token: string, at = now) {
  const { payload } = await jwtVerify(token, createPublicKey(privateKey), {
    issuer: "blazing_sun",
    audience: "ws_gateway",
    algorithms: ["EdDSA"],
    currentDate: new Date(at),
  });
  return payload;
}

describe("a socket token", () => {
  it("says who somebody is and what she may do, signed with the platform's key", async () => {
    const { token } = await issueSocketToken(bearerWith(["user"]), key, now);
    expect(decodeProtectedHeader(token)).toEqual({ alg: "EdDSA", kid: "key-1", typ: "JWT" });
    expect(await claimsOf(token)).toMatchObject({
      iss: "blazing_sun",
      aud: "ws_gateway",
      sub: "42",
      username: "jane",
      roles: ["user"],
      permissions: ["watch", "play", "public_chat", "private_chat", "friends"],
      sid: "session-1",
    });
  });

  it("lives for five minutes, and not for longer when asked to", async () => {
    for (const life of [undefined, 3_600_000]) {
      const { token, expiresAt } = await issueSocketToken(bearerWith(["user"]), key, now, life);
      expect(expiresAt - now).toBeLessThanOrEqual(300_000);
      expect(expiresAt - now).toBeGreaterThan(298_000);
      await claimsOf(token, expiresAt - 1000);
      expect(await failureOf(claimsOf(token, expiresAt))).toMatch(/"exp"/);
    }
  });

  const permissions = {
    visitor: ["watch"],
    guest: ["watch", "play", "public_chat"],
    user: ["watch", "play", "public_chat", "private_chat", "friends"],
    admin: ["watch", "play", "public_chat", "private_chat", "friends", "message_anyone"],
  };
  for (const [role, allowed] of Object.entries(permissions)) {
    it(`allows ${allowed.join(", ")} to the role ${role}`, async () => {
      const roles: readonly Role[] =
        role === "visitor" ? ["visitor"] : rolesOf(role as "guest" | "user" | "admin");
      const { token } = await issueSocketToken(bearerWith(roles), key, now);
      expect(await claimsOf(token)).toMatchObject({ permissions: allowed });
    });
  }
});

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return String(error);
  }
  return "none";
}
