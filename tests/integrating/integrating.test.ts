/** docs/integrating.md: another application has its own users and key; the platform knows them by nothing else. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { calculateJwkThumbprint, exportJWK, SignJWT } from "jose";
import { playOneGame, type Player } from "../game-play.ts";
import { launchProgram, type PlatformMessages } from "../platform.ts";
import { asUserId } from "../../src/protocol/index.ts";
import { createSocketClient } from "../../src/sockets/index.ts";
import { runProgram } from "../../tools/program.ts";
import { root } from "../../tools/repository.ts";

const folder = mkdtempSync(join(tmpdir(), "blazing-sun-integrating-"));
const theirs = generateKeyPairSync("ed25519");
let program: Awaited<ReturnType<typeof launchProgram>>;
let url = "";

beforeAll(async () => {
  const pem = theirs.publicKey.export({ type: "spki", format: "pem" });
  await Bun.write(join(folder, "keys/another-application.pem"), pem);
  program = await launchProgram([process.execPath, join(import.meta.dir, "their-platform.ts")], {
    PORT: "0",
    DATA_DIR: join(folder, "data"),
    JWT_PUBLIC_KEYS: join(folder, "keys"),
  });
  url = program.url;
}, 60_000);
afterAll(async () => {
  program.child.kill("SIGKILL");
  await program.child.exited;
  rmSync(folder, { recursive: true });
});

async function sign(userId: string, username: string, sid: string, key: KeyObject = theirs.privateKey) {
  const roles = ["user"];
  const permissions = ["watch", "play", "public_chat", "private_chat", "friends"];
  return new SignJWT({ username, roles, permissions, sid })
    .setProtectedHeader({
      alg: "EdDSA",
      kid: await calculateJwkThumbprint(await exportJWK(theirs.publicKey)),
    })
    .setIssuer("blazing_sun")
    .setAudience("ws_gateway")
    .setSubject(userId)
    .setExpirationTime("5m")
    .sign(key);
}

function connect(userId: string, username: string, sid: string, key?: KeyObject): Player {
  const client = createSocketClient<PlatformMessages>({
    token: async () => ({
      token: await sign(userId, username, sid, key),
      expiresAt: new Date(Date.now() + 300_000).toISOString(),
      url: `${url.replace("http", "ws")}/ws`,
    }),
  });
  return { userId: asUserId(userId), client, acknowledged: [] };
}

const ada = () => connect("10000000001", "Ada", "ada-1");
const brook = () => connect("10000000002", "Brook", "brook-1");
const cleo = () => connect("10000000003", "Cleo", "cleo-1");

/** Resolves with the code when it is signed out. */
function signedOut({ client }: Player): Promise<string> {
  return new Promise((resolve) => {
    client.onState((state) => {
      if (state.name === "signed_out") resolve(state.code);
    });
  });
}

function closeAll(...players: readonly Player[]): void {
  for (const { client } of players) client.close();
}

describe("the users of another application", () => {
  it("play a whole game, under the names in their tokens", async () => {
    const [host, guest] = [ada(), brook()];
    await playOneGame(url, host, guest, "Theirs");
    const { state } = host.client;
    expect(state.name === "live" && state.user.username).toBe("Ada");
    closeAll(host, guest);
  }, 30_000);

  it("write to those who are friends there, and to nobody else", async () => {
    const [one, friend, stranger] = [ada(), brook(), cleo()];
    const send = (to: Player) =>
      one.client.send("chat.command.send_message", { recipientId: to.userId, content: "Well met" });
    expect(await send(friend)).toMatchObject({ type: "chat.event.message_received", senderName: "Ada" });
    expect((await send(stranger)).type).toBe("chat.event.message_rejected");
    closeAll(one, friend, stranger);
  }, 30_000);

  it("have the names of their application in what was said before", async () => {
    const one = ada();
    await one.client.send("chat.command.send_lobby_message", { lobbyId: "main", content: "Hello" });
    const answer = await fetch(`${url}/api/lobbies/main/messages`);
    expect(await answer.json()).toMatchObject({ items: [{ senderName: "Ada", content: "Hello" }] });
    closeAll(one);
  }, 30_000);

  it("are signed out by it, on every socket of that session and on no other, and stay out", async () => {
    const [one, sameSession, other] = [cleo(), cleo(), brook()];
    await Promise.all(
      [one, sameSession, other].map(({ client }) => client.send("system.command.sync_state", {})),
    );
    const outs = [one, sameSession].map(signedOut);
    const command = [
      process.execPath,
      join(root, "src/main/admin.ts"),
      "end-session",
      "10000000003",
      "cleo-1",
    ];
    const options = {
      env: { DATA_DIR: join(folder, "data") },
      output: "capture",
      timeLimitMs: 20_000,
    } as const;
    expect(await runProgram(command, options)).toMatchObject({ succeeded: true });
    expect(await Promise.all(outs)).toEqual(["AUTH_REQUIRED", "AUTH_REQUIRED"]);
    const again = cleo();
    expect(await signedOut(again)).toBe("AUTH_REQUIRED");
    const anew = connect("10000000003", "Cleo", "cleo-2");
    await anew.client.send("system.command.sync_state", {});
    expect(other.client.state.name).toBe("live");
    closeAll(other, anew);
  }, 30_000);

  it("are nobody with a token by another key", async () => {
    const stranger = connect("10000000001", "Ada", "ada-1", generateKeyPairSync("ed25519").privateKey);
    const refused = stranger.client.send("system.command.sync_state", {});
    expect(await refused.catch((error: unknown) => error)).toMatchObject({ code: "AUTH_FAILED" });
  }, 30_000);
});
