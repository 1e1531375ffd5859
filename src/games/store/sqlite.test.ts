import { Database } from "bun:sqlite";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "bun:test";
import { openSqliteCatalogue } from "./sqlite-catalogue.ts";
import { roomStoreContract } from "./contract.ts";
import { created, john, playingRoom } from "./contract-fixture.ts";
import { rememberOutcome } from "./document.ts";
import type { RoomStore, Write } from "./port.ts";
import { openSqliteRoomStore } from "./sqlite.ts";
import { gameTypeOf } from "../catalogue.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";
import { asCommandId, asUserId } from "../../protocol/index.ts";
import { randomFrom } from "../../../tests/game-play.ts";

const seed = Number(process.env["SEED"] ?? 20_261_126);
let folder = "";
const file = () => join(folder, "games.sqlite");

const underTest = (open: () => RoomStore) => ({
  open: async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    return open();
  },
  reopen: async () => open(),
  cleanUp: async () => rmSync(folder, { recursive: true, force: true }),
});

roomStoreContract(
  "SQLite",
  underTest(() => openSqliteRoomStore(file())),
);

roomStoreContract(
  "SQLite, where every move is soon settled",
  underTest(() => openSqliteRoomStore(file(), null, 1)),
);

describe("rooms in SQLite", () => {
  it.each(["moves wait", "some are settled"])(
    `has every move after a crash at any moment, while %s (seed ${seed})`,
    async (which) => {
      const settlingAt = which === "moves wait" ? 10_000 : 7;
      const random = randomFrom(seed);
      folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
      let store = openSqliteRoomStore(file(), null, settlingAt);
      const last = [1, 2, 3, 4, 5].map((n) =>
        created(playingRoom(`${n}`, asUserId(`1${n}`), asUserId(`2${n}`))),
      );
      await store.commit(last.map((write) => ({ writes: [write] })));
      for (let step = 0; step < 400; step += 1) {
        const which = Array.from({ length: 1 + Math.floor(random() * 3) }, () => Math.floor(random() * 5));
        const units = [...new Set(which)].map((index) => {
          const next = played(last[index] as Write, step);
          last[index] = next;
          return { writes: [next] };
        });
        expect((await store.commit(units)).every(({ kind }) => kind === "saved")).toBe(true);
        if (random() < 0.05) store = crashed(store, settlingAt);
      }
      store = crashed(store, settlingAt);
      const due = last.map(({ dueAt }) => dueAt ?? 0).toSorted((one, other) => one - other);
      expect((await store.due(due[2] ?? 0, 10)).length).toBe(3);
      expect((await store.due(due[4] ?? 0, 2)).length).toBe(2);
      await store.close();
      store = openSqliteRoomStore(file());
      for (const { document } of last) expect(await store.load(document.room.roomId)).toEqual(document);
      await store.close();
      const database = new Database(file());
      expect(database.query("SELECT count(*) AS moves FROM room_moves").get()).toEqual({ moves: 0 });
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  );

  it("goes on with rooms that an earlier version saved, whose outcomes stood elsewhere", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const first = created(playingRoom("old"));
    let store = openSqliteRoomStore(file());
    await store.commit([{ writes: [first] }]);
    await store.close();
    const database = new Database(file());
    database.run("UPDATE game_states SET document = json_remove(document, '$.outcomes')");
    database.close();
    store = openSqliteRoomStore(file());
    expect(await store.load(first.document.room.roomId)).toEqual(first.document);
    expect(await store.commit([{ writes: [played(first, 1)] }])).toEqual([{ kind: "saved" }]);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("refuses a second process on the same file, and says so", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const store = openSqliteRoomStore(file());
    const script = `import { openSqliteRoomStore } from ${JSON.stringify(join(import.meta.dir, "sqlite.ts"))};
      try { openSqliteRoomStore(process.argv[1]); } catch (error) { console.log(error.name); }`;
    const second = Bun.spawn([process.execPath, "-e", script, file()], { stdout: "pipe", stderr: "pipe" });
    expect(await new Response(second.stdout).text()).toBe("StoreInUse\n");
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

/** The next turn of a game: what a move changes, and what it leaves alone. */
function played(before: Write, step: number): Write {
  const { room, version, outcomes } = before.document;
  if (room.status !== "playing") throw new Error("It is played.");
  const player = room.seats[step % 2]?.id ?? john;
  const outcome = { commandId: asCommandId(crypto.randomUUID()), ok: true as const, seq: room.seq + 1 };
  const game = room.game as { turns?: readonly number[] };
  const turnDeadline = 100_000 + Math.floor(step / 2) * 10 + (step % 5);
  const next = {
    ...room,
    seq: room.seq + 1,
    turnDeadline,
    game: { ...game, turns: [...(game.turns ?? []), step] },
    idleTurns: step % 3 === 0 ? {} : { [player]: step },
  };
  const document = {
    room: next,
    version: version + 1,
    tail: [],
    outcomes: rememberOutcome(outcomes, player, outcome),
  };
  return { ...before, document, dueAt: turnDeadline, roomChanged: false };
}

/** The files as they are now, opened anew: what is in memory alone is gone. */
function crashed(store: RoomStore, settlingAt: number): RoomStore {
  const copy = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
  cpSync(folder, copy, { recursive: true });
  void store.close();
  rmSync(folder, { recursive: true, force: true });
  folder = copy;
  return openSqliteRoomStore(file(), null, settlingAt);
}

describe("the catalogue in SQLite", () => {
  it("is seeded from the games, once, and leaves alone what is there", async () => {
    const catalogue = openSqliteCatalogue(":memory:");
    const seeded = gameTypeOf(biggerDice);
    await catalogue.seed([seeded]);
    await catalogue.seed([{ ...seeded, name: "Another name" }]);
    expect(await catalogue.active()).toEqual([seeded]);
    await catalogue.close();
  });
});
