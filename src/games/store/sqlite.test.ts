import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "bun:test";
import { openSqliteCatalogue } from "./sqlite-catalogue.ts";
import { roomStoreContract } from "./contract.ts";
import { created, moved, playingRoom } from "./contract-fixture.ts";
import type { RoomStore } from "./port.ts";
import { openSqliteRoomStore } from "./sqlite.ts";
import { evolveAmong } from "../rooms/evolve.ts";
import { gameTypeOf } from "../catalogue.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";

let folder = "";
const file = () => join(folder, "games.sqlite");

const open = (settlingAt?: number) =>
  openSqliteRoomStore({
    path: file(),
    evolve: evolveAmong([biggerDice]),
    ...(settlingAt === undefined ? {} : { settlingAt }),
  });

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
  underTest(() => open()),
);

roomStoreContract(
  "SQLite, where every move is soon settled",
  underTest(() => open(1)),
);

describe("rooms in SQLite", () => {
  it("goes on with rooms that an earlier version saved, whose outcomes stood elsewhere", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const first = created(playingRoom("old"));
    let store = open();
    await store.commit([{ writes: [first] }]);
    await store.close();
    const database = new Database(file());
    database.run("UPDATE game_states SET document = json_remove(document, '$.outcomes')");
    database.close();
    store = open();
    expect(await store.load(first.document.room.roomId)).toEqual(first.document);
    expect(await store.commit([{ writes: [moved(first)] }])).toEqual([{ kind: "saved" }]);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("refuses a second process on the same file, and says so", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const store = open();
    const script = `import { openSqliteRoomStore } from ${JSON.stringify(join(import.meta.dir, "sqlite.ts"))};
      try { openSqliteRoomStore({ path: process.argv[1], evolve: (room) => room }); } catch (error) { console.log(error.name); }`;
    const second = Bun.spawn([process.execPath, "-e", script, file()], { stdout: "pipe", stderr: "pipe" });
    expect(await new Response(second.stdout).text()).toBe("StoreInUse\n");
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

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
