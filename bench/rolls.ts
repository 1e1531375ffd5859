/**
 * Rolls of the embedded platform, each saved on disk before it is acknowledged: how many a second with 256
 * outstanding over 1,000 rooms, and how long one takes at 1,000 a second.
 *
 *   npm run bench -- rolls [seconds]
 *
 * The platform runs as its own process, bound to one processor where `taskset` is there; the players are in this
 * one. A roll's time is from the send to the player's own `rolled` frame.
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { describeMachine, percentile, processorSeconds, summary } from "./machine.ts";
import { connectPlayer, tokenMint, type BenchPlayer, type Frame } from "./players.ts";
import { startPlatform } from "../tests/platform.ts";

const rooms = 1_000;
const outstanding = 256;
const steadyRate = 1_000;
const limitScale = 1_000;

interface Table {
  readonly players: readonly [BenchPlayer, BenchPlayer];
  roomId: string;
  /** Whose turn it is, as an index into players; null while nobody's. */
  turnOf: number | null;
  turn: number;
  /** Who rolled last: the table is followed from her socket, whose frames are in order. */
  roller: number;
  /** When her roll was sent. */
  sentAt: number;
}

export async function benchRolls(seconds = 10): Promise<void> {
  console.log(`rolls, embedded: ${describeMachine()}; WS_GATEWAY_LIMIT_SCALE=${limitScale}`);
  const platform = await startPlatform(
    { WS_GATEWAY_LIMIT_SCALE: String(limitScale), TURN_CLOCK_MS: "3600000", LOG_LEVEL: "warn" },
    { onProcessor: 0 },
  );
  try {
    console.log(
      `  disk: ${singleCommits(platform.dataDir).toFixed(0)} single durable commits a second (SQLite, FULL)`,
    );
    const socketUrl = `${platform.url.replace("http", "ws")}/ws`;
    const tables = await seatEveryone(platform.dataDir, socketUrl);
    const load = new Load(tables);
    await load.closedLoop(2); // warm
    const before = processorSeconds(platform.pid);
    const { rolls, elapsed, times } = await load.closedLoop(seconds);
    const processor = (processorSeconds(platform.pid) - before) / elapsed;
    console.log(
      `  ${outstanding} outstanding, ${rooms} rooms: ${(rolls / elapsed).toFixed(0)} acknowledged rolls/s ` +
        `(server ${(processor * 100).toFixed(0)} % of a processor); ${summary(times)}`,
    );
    const steady = await load.openLoop(steadyRate, seconds);
    const rate = (steady.rolls / steady.elapsed).toFixed(0);
    console.log(`  at ${steadyRate} rolls/s (got ${rate}): ${summary(steady.times)}`);
    for (const { players } of tables) for (const player of players) player.close();
  } finally {
    await platform.cleanUp();
  }
}

async function seatEveryone(dataDir: string, socketUrl: string): Promise<Table[]> {
  const mint = await tokenMint(dataDir);
  const tables: Table[] = [];
  for (let number = 0; number < rooms; number += 1) {
    const [host, guest] = [number * 2 + 1, number * 2 + 2];
    const players = await Promise.all(
      [host, guest].map(async (id) => connectPlayer(socketUrl, 1_000_000 + id, await mint(1_000_000 + id))),
    );
    const [first, second] = players;
    if (first === undefined || second === undefined) throw new Error("A table has two players.");
    const table: Table = {
      players: [first, second],
      roomId: "",
      turnOf: null,
      turn: 0,
      roller: 0,
      sentAt: 0,
    };
    await startGame(table, number);
    tables.push(table);
  }
  return tables;
}

function startGame(table: Table, number: number): Promise<void> {
  const [host, guest] = table.players;
  return new Promise((resolve, reject) => {
    host.onFrame = (frame) => {
      if (frame.type === "games.event.room_created") {
        guest.send({ ...command("games.command.join_room"), roomId: frame.roomId });
      } else if (frame.type === "games.event.game_started") {
        begin(table, frame);
        resolve();
      } else if (frame.type === "system.error") {
        reject(new Error(JSON.stringify(frame)));
      }
    };
    host.send({
      ...command("games.command.create_room"),
      gameType: "bigger_dice",
      roomName: `bench ${number}`,
    });
  });
}

function begin(table: Table, frame: Frame): void {
  table.roomId = String(frame.roomId);
  table.turn = Number(frame["turn"]);
  table.turnOf = indexOf(table, frame["firstTurn"]);
}

function command(type: string): Record<string, unknown> {
  return { type, commandId: crypto.randomUUID() };
}

function indexOf({ players }: Table, userId: unknown): number | null {
  const index = players.findIndex((player) => player.userId === userId);
  return index < 0 ? null : index;
}

interface Measured {
  readonly rolls: number;
  /** Seconds. */
  readonly elapsed: number;
  /** Milliseconds, one for each roll. */
  readonly times: readonly number[];
}

/** Sends rolls for whichever table is ready, and follows the games from the hosts' sockets. */
class Load {
  private readonly ready: Table[];
  private times: number[] = [];
  private underWay = 0;
  private onRoll = (): void => {};

  constructor(tables: readonly Table[]) {
    this.ready = [...tables];
    for (const table of tables) this.follow(table);
  }

  /** As many as `outstanding` at any time. */
  async closedLoop(seconds: number): Promise<Measured> {
    return this.measure(seconds, () => {
      this.onRoll = () => this.fill();
      this.fill();
    });
  }

  /** `rate` a second, whether or not those before are answered. */
  async openLoop(rate: number, seconds: number): Promise<Measured> {
    let timer: ReturnType<typeof setInterval> | undefined;
    const start = performance.now();
    let sent = 0;
    const measured = await this.measure(seconds, () => {
      this.onRoll = () => {};
      timer = setInterval(() => {
        for (const due = ((performance.now() - start) / 1000) * rate; sent < due; sent += 1) this.rollNext();
      }, 1);
    });
    clearInterval(timer);
    return measured;
  }

  private async measure(seconds: number, begin: () => void): Promise<Measured> {
    this.times = [];
    const start = performance.now();
    begin();
    await Bun.sleep(seconds * 1000);
    this.onRoll = () => {};
    const elapsed = (performance.now() - start) / 1000;
    const { times } = this;
    this.times = [];
    while (this.underWay > 0) await Bun.sleep(1);
    return { rolls: times.length, elapsed, times };
  }

  private fill(): void {
    while (this.underWay < outstanding && this.rollNext());
  }

  private rollNext(): boolean {
    const table = this.ready.shift();
    if (table === undefined || table.turnOf === null) return false;
    const { roomId, turn } = table;
    table.sentAt = performance.now();
    table.roller = table.turnOf;
    this.underWay += 1;
    table.players[table.turnOf]?.send({ ...command("games.command.bigger_dice.roll"), roomId, turn });
    return true;
  }

  private follow(table: Table): void {
    for (const [index, player] of table.players.entries()) {
      player.onFrame = (frame) => this.hear(table, index, frame);
    }
  }

  private hear(table: Table, index: number, frame: Frame): void {
    switch (frame.type) {
      case "games.event.bigger_dice.rolled":
        if (frame["playerId"] === table.players[index]?.userId) this.acknowledged(table, frame);
        return;
      case "games.event.bigger_dice.round_complete":
        // Only the roller's own, and only once: the opponent's copy may come when the next roll is under way.
        if (index === table.roller && frame["turn"] === table.turn + 1 && frame["nextTurn"] !== null) {
          this.makeReady(table, frame["nextTurn"], frame["turn"]);
        }
        return;
      case "games.event.bigger_dice.game_over":
        table.players[index]?.send({ ...command("games.command.rematch"), roomId: table.roomId });
        return;
      case "games.event.game_started":
        if (index !== 0) return;
        begin(table, frame);
        this.ready.push(table);
        this.onRoll();
        return;
      case "system.error":
        throw new Error(`Refused: ${JSON.stringify(frame)}`);
    }
  }

  private acknowledged(table: Table, frame: Frame): void {
    this.times.push(performance.now() - table.sentAt);
    this.underWay -= 1;
    table.turnOf = null;
    if (frame["nextTurn"] !== null) this.makeReady(table, frame["nextTurn"], Number(frame["turn"]) + 1);
    else this.onRoll();
  }

  private makeReady(table: Table, nextTurn: unknown, turn: unknown): void {
    table.turnOf = indexOf(table, nextTurn);
    table.turn = Number(turn);
    this.ready.push(table);
    this.onRoll();
  }
}

/** What the disk gives without any of our code: the baseline. */
function singleCommits(folder: string): number {
  const database = new Database(join(folder, "baseline.sqlite"), { create: true });
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = FULL");
  database.run("CREATE TABLE t (v TEXT)");
  const insert = database.prepare("INSERT INTO t VALUES (?)");
  const times: number[] = [];
  for (let number = 0; number < 500; number += 1) {
    const start = performance.now();
    insert.run("x".repeat(100));
    times.push(performance.now() - start);
  }
  database.close();
  return (
    1000 /
    percentile(
      times.toSorted((a, b) => a - b),
      0.5,
    )
  );
}
