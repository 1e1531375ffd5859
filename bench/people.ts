/** People of the platform on raw sockets, signed in by the real handshake, in rooms of their own. */
import { join } from "node:path";
import { tokenMint } from "./players.ts";
import { arriveAt, ask } from "./arriving.ts";
import { textFrame, type RawSocket } from "./raw-socket.ts";
import type { Platform } from "../tests/platform.ts";

export interface People {
  /** Somebody who was never here before. */
  arrive(): Promise<RawSocket>;
  /** A room with so many people: two at most who play, or a host and so many who watch; the host is not among them. */
  room(wanted: {
    readonly type: "player" | "spectator";
    readonly people: number;
  }): Promise<{ readonly roomId: string; readonly sockets: readonly RawSocket[] }>;
}

const firstUserId = 5_000_000;
const heartbeat = textFrame('{"type":"system.heartbeat"}');
/** The command, and what says that it was done. */
const joining = ["join_room", "game_started"] as const;
const watching = ["spectate", "bigger_dice.state_sync"] as const;
const heartbeatMs = 15_000;
const shares = 100;

export async function openPeople(platform: Pick<Platform, "dataDir" | "url">): Promise<People> {
  const mint = await tokenMint(join(platform.dataDir, "keys", "jwt_private.pem"));
  const socketUrl = `${platform.url.replace("http", "ws")}/ws`;
  let arrived = 0;
  let rooms = 0;

  async function arrive(): Promise<RawSocket> {
    const socket = await arriveAt(socketUrl, await mint(firstUserId + (arrived += 1)));
    setInterval(() => socket.send(heartbeat), heartbeatMs).unref();
    return socket;
  }

  return {
    arrive,
    async room({ type, people }) {
      const host = await arrive();
      const roomName = `bench ${(rooms += 1)}`;
      const opening = { type: "games.command.create_room", gameType: "bigger_dice", roomName };
      const created = await ask(host, opening, "games.event.room_created");
      const roomId = String((JSON.parse(created) as { roomId: unknown }).roomId);
      const sockets = type === "player" ? [host] : [];
      while (sockets.length < people) {
        const one = await arrive();
        const [how, answer] = type === "player" ? joining : watching;
        await ask(one, { type: `games.command.${how}`, roomId }, `games.event.${answer}`);
        sockets.push(one);
      }
      return { roomId, sockets };
    },
  };
}

/** A heartbeat of each in 15 s, a hundredth of them at a time. @returns what stops it */
export function beatHearts(sockets: readonly RawSocket[]): () => void {
  let share = 0;
  const beating = setInterval(() => {
    share = (share + 1) % shares;
    for (let n = share; n < sockets.length; n += shares) sockets[n]?.send(heartbeat);
  }, heartbeatMs / shares);
  return () => clearInterval(beating);
}
