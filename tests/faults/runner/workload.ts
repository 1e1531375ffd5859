/** People at tables, by the client library: two friends who play and write to each other, and one who watches. */
import { Journal } from "./journal.ts";
import { connectClient, guestSession, type PlatformClient } from "../../platform.ts";
import { makeFriends, register } from "../../members.ts";
import { asRoomId, type RoomId, type RoomSnapshot, type UserId } from "../../../src/protocol/index.ts";
import { CommandRefused, openRoomFeed, type RoomFeed } from "../../../src/sockets/index.ts";

/** Where somebody comes in. */
export interface Door {
  readonly pages: string;
  readonly socket: string;
}

interface Seat {
  readonly journal: Journal;
  readonly client: PlatformClient;
}

/** Between two actions of a table, milliseconds: a machine that is always busy shows how it is when it is busy. */
const paceMs = 10;

export class Table {
  readonly host: Seat;
  readonly guest: Seat;
  readonly fan: Seat;
  /** Acknowledged commands so far. */
  acts = 0;
  games = 0;
  readonly #name: string;
  readonly #feeds: RoomFeed[] = [];
  #isClosing = false;

  constructor(name: string, host: Seat, guest: Seat, fan: Seat) {
    this.#name = name;
    this.host = host;
    this.guest = guest;
    this.fan = fan;
  }

  get journals(): readonly Journal[] {
    return [this.host, this.guest, this.fan].map(({ journal }) => journal);
  }

  /** One game after the other, with talk, until it is told to finish; the last one is played to its end. */
  async play(random: () => number): Promise<void> {
    while (!this.#isClosing) {
      const roomId = await this.begin();
      for (let room = await this.see(roomId); room.status === "playing"; room = await this.see(roomId)) {
        const { turn, currentTurn } = room.state as { turn: number; currentTurn: UserId };
        const player = currentTurn === this.host.journal.userId ? this.host : this.guest;
        await this.#act(player, "games.command.bigger_dice.roll", { roomId, turn });
        if (random() < 0.5) await this.#talk(random, roomId);
        await Bun.sleep(paceMs);
      }
      this.games += 1;
      for (const player of [this.host, this.guest])
        await this.#act(player, "games.command.leave_room", { roomId });
    }
  }

  finish(): void {
    this.#isClosing = true;
  }

  /** A room in which both sit and the third watches. */
  async begin(): Promise<RoomId> {
    let roomId: RoomId | null = null;
    while (roomId === null) {
      const roomName = `${this.#name} ${this.games} ${crypto.randomUUID().slice(0, 8)}`;
      const created = await this.#act(this.host, "games.command.create_room", {
        gameType: "bigger_dice",
        roomName,
      });
      roomId = created === null ? null : asRoomId(String(created["roomId"]));
    }
    for (const { journal, client } of [this.host, this.guest, this.fan]) {
      journal.rooms.add(roomId);
      this.#follow(roomId, journal, client);
    }
    while ((await this.#act(this.guest, "games.command.join_room", { roomId })) === null)
      await Bun.sleep(paceMs);
    while ((await this.#act(this.fan, "games.command.spectate", { roomId })) === null)
      await Bun.sleep(paceMs);
    return roomId;
  }

  /** Ends a game that nobody wants to play out. */
  async giveUp(roomId: RoomId): Promise<void> {
    while ((await this.#act(this.guest, "games.command.leave_room", { roomId })) === null)
      await Bun.sleep(paceMs);
  }

  async see(roomId: RoomId): Promise<RoomSnapshot> {
    for (;;) {
      const snapshot = await this.host.client.send("system.command.sync_state", {}).catch(onlyRefusals);
      const room = (snapshot?.["gameStates"] as Record<string, RoomSnapshot> | undefined)?.[roomId];
      if (room !== undefined) return room;
      await Bun.sleep(100);
    }
  }

  close(): void {
    for (const feed of this.#feeds) feed.close();
    for (const { client } of [this.host, this.guest, this.fan]) client.close();
  }

  async #talk(random: () => number, roomId: RoomId): Promise<void> {
    const content = `${this.#name} ${crypto.randomUUID()}`;
    const kind = Math.floor(random() * 4);
    if (kind === 0) {
      await this.#act(this.host, "chat.command.send_message", {
        recipientId: this.guest.journal.userId,
        content,
      });
    } else if (kind === 1) {
      await this.#act(this.guest, "chat.command.send_lobby_message", { lobbyId: "main", content });
    } else if (kind === 2) await this.#act(this.guest, "games.command.player_chat", { roomId, content });
    else await this.#act(this.fan, "games.command.spectator_chat", { roomId, content });
  }

  /** null where it was refused: then nothing may have happened, which the checker looks for. */
  async #act(seat: Seat, type: string, payload: Readonly<Record<string, unknown>>) {
    const outcome = await seat.journal.send(type, payload).catch(onlyRefusals);
    if (outcome !== null) this.acts += 1;
    return outcome;
  }

  #follow(roomId: RoomId, journal: Journal, client: PlatformClient): void {
    const line: (number | null)[] = [];
    journal.lines.set(roomId, line);
    const feed = openRoomFeed(client, roomId, {
      onSnapshot: ({ seq }) => void line.push(null, seq),
      onEvent: ({ seq }) => {
        if (typeof seq === "number") line.push(seq);
      },
      onGone: () => {},
    });
    this.#feeds.push(feed);
  }
}

export async function setTable(name: string, [one, two]: readonly [Door, Door]): Promise<Table> {
  const [host, guest] = await Promise.all([
    register(one.pages, `h-${name}`, one.socket),
    register(two.pages, `g-${name}`, two.socket),
  ]);
  await makeFriends(one.pages, host, guest);
  const cookie = await guestSession(two.pages);
  const fan = connectClient(two.pages, cookie, two.socket);
  const me = await fetch(`${two.pages}/api/me`, { headers: { Cookie: cookie } });
  const { userId } = (await me.json()) as { userId: string };
  return new Table(
    name,
    { client: host.client, journal: new Journal(host.userId, "player", host.client) },
    { client: guest.client, journal: new Journal(guest.userId, "player", guest.client) },
    { client: fan, journal: new Journal(userId, "spectator", fan) },
  );
}

function onlyRefusals(error: unknown): null {
  if (error instanceof CommandRefused) return null;
  throw error;
}
