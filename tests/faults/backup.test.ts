/** A backup of the embedded databases under people who play and write, and what is there after it is put back. */
import { afterAll, beforeAll, expect, it } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { beginGame, join, playAs, playOneGame, rollToTheEnd, see } from "../game-play.ts";
import { historyOf, makeFriends, register, signIn } from "../members.ts";
import { guestSession, startPlatform, type Platform } from "../platform.ts";

const program = joinPath(import.meta.dir, "../../src/main/backup.ts");
const folder = mkdtempSync(joinPath(tmpdir(), "blazing-sun-backup-"));
let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(async () => {
  await platform.cleanUp();
  rmSync(folder, { recursive: true });
});

async function backUp(dataDir: string, target: string) {
  const child = Bun.spawn([process.execPath, program, target], {
    env: { PATH: process.env.PATH ?? "", DATA_DIR: dataDir },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [said, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, said, complaint };
}

it("has everything that was acknowledged before it began, and the game goes on from there", async () => {
  const { url, dataDir } = platform;
  const [jane, john] = await Promise.all([register(url, "jane"), register(url, "john")]);
  await makeFriends(url, jane, john);
  const content = "before the backup";
  await jane.client.send("chat.command.send_message", { recipientId: john.userId, content });
  const cookies = [await guestSession(url), await guestSession(url)] as const;
  const [host, guest] = await Promise.all([playAs(url, cookies[0]), playAs(url, cookies[1])]);
  const roomId = await beginGame(host, guest, "kept");
  await host.client.send("games.command.bigger_dice.roll", { roomId, turn: 0 });

  // Others play meanwhile: the databases are written to while they are copied.
  const busy = { isOver: false };
  const others = Promise.all(
    Array.from({ length: 4 }, async (_, table) => {
      const [one, other] = await Promise.all([join(url), join(url)]);
      for (let n = 0; !busy.isOver; n += 1) await playOneGame(url, one, other, `table ${table} ${n}`);
      for (const { client } of [one, other]) client.close();
    }),
  );
  const target = joinPath(folder, "backup");
  for (let n = 0; n < 3; n += 1) {
    expect(await backUp(dataDir, joinPath(folder, `tried-${n}`))).toMatchObject({ code: 0, complaint: "" });
  }
  expect(await backUp(dataDir, target)).toMatchObject({ code: 0, complaint: "" });
  // What comes after the backup is not in it.
  await guest.client.send("games.command.bigger_dice.roll", { roomId, turn: 1 });
  busy.isOver = true;
  await others;
  for (const { client } of [jane, john, host, guest]) client.close();
  expect(statSync(target).mode & 0o077).toBe(0);

  // As docs/deployment.md says: stop it, put the backup in the place of DATA_DIR, start it.
  await platform.stop();
  rmSync(dataDir, { recursive: true });
  await cp(target, dataDir, { recursive: true });
  await platform.restart();

  expect((await signIn(url, jane.username)).status).toBe(200);
  expect((await historyOf(url, john, jane)).map((message) => message.content)).toEqual([content]);
  // The sessions of before hold, and so do both seats.
  const back = await Promise.all([playAs(url, cookies[0]), playAs(url, cookies[1])]);
  for (const player of back) expect((await see(player, roomId)).state).toMatchObject({ turn: 1 });
  await rollToTheEnd(roomId, ...back);
  for (const { client } of back) client.close();
}, 90_000);

it("refuses a folder that has something in it, and one without databases", async () => {
  expect(await backUp(platform.dataDir, platform.dataDir)).toMatchObject({ code: 1 });
  expect((await backUp(joinPath(folder, "nothing"), joinPath(folder, "new"))).complaint).toContain(
    "set DATA_DIR",
  );
});

it("copies a platform that does not run", async () => {
  await platform.stop();
  expect(await backUp(platform.dataDir, joinPath(folder, "at rest"))).toMatchObject({
    code: 0,
    complaint: "",
  });
});
