/** A rotation of keys by the command line, under people who play (docs/deployment.md). */
import { expect } from "bun:test";
import { join as joinPath } from "node:path";
import { decodeProtectedHeader } from "jose";
import { beginGame, join, rollToTheEnd } from "./game-play.ts";
import { guestSession, socketToken } from "./platform.ts";

const program = joinPath(import.meta.dir, "../src/main/keys.ts");

async function keys(...words: readonly string[]): Promise<string> {
  const child = Bun.spawn([process.execPath, program, ...words], { stdout: "pipe", stderr: "pipe" });
  const [said, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  expect([await child.exited, complaint]).toEqual([0, ""]);
  return said;
}

async function kidAt(url: string, cookie: string): Promise<string> {
  const { token } = await socketToken(url, cookie);
  return decodeProtectedHeader(token).kid ?? "";
}

/**
 * Two people play while the keys change under them; nobody's socket may end.
 *
 * @param urls of the platforms, one for each of them
 * @param folder of the keys of all programs
 */
export async function rotateUnderAGame(urls: readonly [string, string], folder: string): Promise<void> {
  const [host, guest] = await Promise.all([join(urls[0]), join(urls[1])]);
  const losses: string[] = [];
  for (const { client } of [host, guest]) {
    client.onState(({ name }) => void (name === "live" || name === "connecting" || losses.push(name)));
  }
  const roomId = await beginGame(host, guest, "a rotation");
  const cookie = await guestSession(urls[0]);
  const old = await kidAt(urls[0], cookie);

  await keys("next", folder);
  // The programs look every two seconds: a token of the new key must find them prepared.
  await Bun.sleep(3_000);
  await keys("use-next", folder);
  for (const url of urls) while ((await kidAt(url, cookie)) === old) await Bun.sleep(100);
  expect(await keys("list", folder)).toContain(`${old} only verifies`);
  const late = await Promise.all([join(urls[0]), join(urls[1])]);
  for (const { client } of late) await client.send("system.command.sync_state", {});
  await keys("drop-old", folder, "--now");
  await Bun.sleep(3_000);

  const later = await join(urls[1]);
  await later.client.send("system.command.sync_state", {});
  await rollToTheEnd(roomId, host, guest);
  expect(losses).toEqual([]);
  for (const { client } of [host, guest, ...late, later]) client.close();
}
