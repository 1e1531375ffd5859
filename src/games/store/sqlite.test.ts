import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "bun:test";
import { openSqliteCatalogue } from "./sqlite-catalogue.ts";
import { roomStoreContract } from "./contract.ts";
import { openSqliteRoomStore } from "./sqlite.ts";
import { gameTypeOf } from "../catalogue.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";

let folder = "";
const file = () => join(folder, "games.sqlite");

roomStoreContract("SQLite", {
  open: async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    return openSqliteRoomStore(file());
  },
  reopen: async () => openSqliteRoomStore(file()),
  cleanUp: async () => rmSync(folder, { recursive: true, force: true }),
});

describe("rooms in SQLite", () => {
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
