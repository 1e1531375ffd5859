/** Tables of Bigger Dice at which a benchmark rolls as fast, or as steadily, as it is told. */
import { connectPlayer, tokenMint, type BenchPlayer, type Frame } from "./players.ts";

export interface Table {
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

/** Two players at each table, their sockets dealt out over `socketUrls`, and a game begun at each. */
export async function seatEveryone(
  keyFile: string,
  socketUrls: readonly string[],
  rooms: number,
): Promise<Table[]> {
  const mint = await tokenMint(keyFile);
  const tables: Table[] = [];
  for (let number = 0; number < rooms; number += 1) {
    const [host, guest] = [number * 2 + 1, number * 2 + 2];
    const players = await Promise.all(
      [host, guest].map(async (id) => {
        const url = socketUrls[id % socketUrls.length] ?? "";
        const userId = 1_000_000 + id;
        return connectPlayer(url, userId, await mint(userId), () => mint(userId));
      }),
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

export interface Measured {
  readonly rolls: number;
  /** Seconds. */
  readonly elapsed: number;
  /** Milliseconds, one for each roll. */
  readonly times: readonly number[];
}

/** Whether a frame is one that somebody does anything about: most are not worth being parsed. */
function isHeardBy(userId: string, isRoller: boolean, text: string): boolean {
  if (text.startsWith('{"type":"games.event.bigger_dice.rolled"'))
    return text.includes(`"playerId":"${userId}"`);
  if (text.startsWith('{"type":"games.event.bigger_dice.round_complete"')) return isRoller;
  return !text.startsWith('{"type":"system.heartbeat_ack"');
}

/** Sends rolls for whichever table is ready, and follows the games from the hosts' sockets. */
export class Load {
  private readonly ready: Table[];
  private times: number[] = [];
  private underWay = 0;
  private onRoll = (): void => {};
  /** For whoever follows each roll on its way. */
  onSent: (commandId: string) => void = () => {};
  onAcknowledged: (commandId: string, roller: BenchPlayer) => void = () => {};
  private readonly outstanding: number;

  /** @param outstanding rolls that the closed loop keeps under way */
  constructor(tables: readonly Table[], outstanding: number) {
    this.outstanding = outstanding;
    this.ready = [...tables];
    for (const table of tables) this.follow(table);
  }

  /** As many as `outstanding` at any time, for so many seconds. */
  async closedLoop(seconds: number): Promise<Measured> {
    return this.measure(seconds, () => {
      this.onRoll = () => this.fill();
      this.fill();
      return () => (this.onRoll = () => {});
    });
  }

  /** `rate` a second, whether or not those before are answered. */
  async openLoop(rate: number, seconds: number): Promise<Measured> {
    const start = performance.now();
    let sent = 0;
    return this.measure(seconds, () => {
      const timer = setInterval(() => {
        for (const due = ((performance.now() - start) / 1000) * rate; sent < due; sent += 1) this.rollNext();
      }, 1);
      return () => clearInterval(timer);
    });
  }

  /** @param begin begins to send; answers what ends it */
  private async measure(seconds: number, begin: () => () => void): Promise<Measured> {
    this.times = [];
    const start = performance.now();
    const end = begin();
    await Bun.sleep(seconds * 1000);
    // Before the last are waited for: with more on their way there may be no last one.
    end();
    const elapsed = (performance.now() - start) / 1000;
    const { times } = this;
    this.times = [];
    while (this.underWay > 0) await Bun.sleep(1);
    return { rolls: times.length, elapsed, times };
  }

  private fill(): void {
    while (this.underWay < this.outstanding && this.rollNext());
  }

  private rollNext(): boolean {
    const table = this.ready.shift();
    if (table === undefined || table.turnOf === null) return false;
    const { roomId, turn } = table;
    table.sentAt = performance.now();
    table.roller = table.turnOf;
    this.underWay += 1;
    const roll = command("games.command.bigger_dice.roll");
    this.onSent(String(roll["commandId"]));
    table.players[table.turnOf]?.send({ ...roll, roomId, turn });
    return true;
  }

  private follow(table: Table): void {
    for (const [index, player] of table.players.entries()) {
      player.onText = (text) => {
        if (isHeardBy(player.userId, index === table.roller, text))
          this.hear(table, index, JSON.parse(text) as Frame);
      };
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
    const roller = table.players[table.roller];
    if (frame.commandId !== undefined && roller !== undefined) this.onAcknowledged(frame.commandId, roller);
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
