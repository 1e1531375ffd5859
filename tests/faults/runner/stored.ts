/**
 * What lies in the stores after a trial, read with the engines' own drivers and nothing of the services: the checker
 * would believe their mistakes otherwise.
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { SQL } from "bun";
import { MongoClient } from "mongodb";
import { connectKafkaLog } from "../../../src/event-log/kafka.ts";

export interface StoredRoom {
  readonly roomId: string;
  readonly status: string;
  readonly seq: number;
  readonly result: unknown;
  /** By round from 1, what each player rolled. */
  readonly rounds: readonly { readonly round: number; readonly rolls: Readonly<Record<string, number>> }[];
}

export interface StoredMessage {
  readonly sender: string;
  readonly content: string;
  /** Of its chat or lobby. */
  readonly line: string;
  readonly position: number;
}

/** An event of a room as the log has it; the same one may be there twice. */
export interface LoggedEvent {
  readonly roomId: string;
  readonly seq: number;
  readonly eventId: string;
}

export interface Stored {
  readonly rooms: readonly StoredRoom[];
  readonly messages: readonly StoredMessage[];
  /** null where the log is gone with its process. */
  readonly log: readonly LoggedEvent[] | null;
}

/** Events that every member of a room is told of, each with a number of its own. */
const ofTheRoom = [
  "games.event.player_joined",
  "games.event.game_started",
  "games.event.bigger_dice.rolled",
  "games.event.bigger_dice.round_complete",
  "games.event.bigger_dice.game_over",
  "games.event.rematch_closed",
];

export function isOfTheRoom(type: string): boolean {
  return ofTheRoom.includes(type);
}

interface RoomDocument {
  readonly roomId: string;
  readonly status: string;
  readonly seq: number;
  readonly result?: unknown;
  readonly game?: {
    readonly history: StoredRoom["rounds"];
    readonly round: number;
    readonly lastRolls: Rolls;
  };
}

type Rolls = Readonly<Record<string, number | null>>;

function roomOf({ roomId, status, seq, result, game }: RoomDocument): StoredRoom {
  const open = Object.entries(game?.lastRolls ?? {}).filter(
    (entry): entry is [string, number] => entry[1] !== null,
  );
  const isOpen =
    game !== undefined && open.length > 0 && !game.history.some(({ round }) => round === game.round);
  return {
    roomId,
    status,
    seq,
    result: result ?? null,
    rounds: [
      ...(game?.history ?? []),
      ...(isOpen ? [{ round: game.round, rolls: Object.fromEntries(open) }] : []),
    ],
  };
}

/** Packed, or text where an earlier version has written it. */
function textOf(document: string | Uint8Array): string {
  if (typeof document === "string") return document;
  return new TextDecoder().decode(Bun.zstdDecompressSync(document));
}

/** Of a platform that has stopped: while it runs, the files are its own. */
export function readEmbedded(folder: string): Stored {
  const rows = <Row>(file: string, query: string): Row[] => {
    const database = new Database(join(folder, file), { readonly: true });
    try {
      return database.query(query).all() as Row[];
    } finally {
      database.close();
    }
  };
  const documents = rows<{ document: string | Uint8Array }>(
    "games.sqlite",
    "SELECT document FROM game_states",
  );
  interface Message {
    readonly line: string;
    readonly position: number;
    readonly sender: string;
    readonly content: string;
  }
  return {
    log: null,
    rooms: documents.map(({ document }) =>
      roomOf((JSON.parse(textOf(document)) as { room: RoomDocument }).room),
    ),
    messages: [
      ...rows<Message>(
        "chat.sqlite",
        "SELECT lobby_id AS line, position, sender_id AS sender, content FROM public_lobby_messages",
      ),
      ...rows<Message>(
        "private-chat.sqlite",
        "SELECT 'chat ' || chat_id AS line, position, sender_id AS sender, content FROM private_messages",
      ),
    ],
  };
}

/** From the first record on. The one thing that is shared with the programs is how records are read from Kafka. */
async function readLog(brokers: readonly string[], topicPrefix: string): Promise<readonly LoggedEvent[]> {
  const silent = { warn: () => {}, error: () => {} };
  const log = await connectKafkaLog({ brokers, topicPrefix, logger: silent });
  try {
    const ends = await log.ends(["games.events"]);
    const events: LoggedEvent[] = [];
    const left = new Set(Object.keys(ends).filter((partition) => (ends[partition] ?? -1) >= 0));
    await log.follow({
      topics: ["games.events"],
      since: 0,
      onRecord({ topic, partition, offset, value }) {
        const place = `${topic}/${partition}`;
        if (offset >= (ends[place] ?? 0)) left.delete(place);
        const { roomId, seq } = value.payload as { roomId?: unknown; seq?: unknown };
        const isOfAll = isOfTheRoom(value.eventType);
        if (isOfAll && typeof roomId === "string" && typeof seq === "number")
          events.push({ roomId, seq, eventId: value.eventId });
      },
    });
    while (left.size > 0) await Bun.sleep(20);
    return events;
  } finally {
    await log.close();
  }
}

export async function readCluster(
  mongodbUrl: string,
  databaseUrl: string,
  brokers: readonly string[],
  topicPrefix: string,
): Promise<Stored> {
  const log = await readLog(brokers, topicPrefix);
  const mongo = new MongoClient(mongodbUrl);
  const sql = new SQL(databaseUrl);
  try {
    const db = mongo.db();
    const states = await db
      .collection<{ _id: string; state: RoomDocument & { game?: unknown } }>("game_states")
      .find()
      .toArray();
    const privates = await db.collection("private_messages").find().toArray();
    const lobby =
      (await sql`SELECT lobby_id, position, sender_id, content FROM public_lobby_messages`) as Record<
        string,
        unknown
      >[];
    return {
      log,
      rooms: states.map(({ state }) => {
        const game: unknown = typeof state.game === "string" ? JSON.parse(state.game) : state.game;
        return roomOf({ ...state, game } as RoomDocument);
      }),
      messages: [
        ...privates.map((each) => ({
          line: `chat ${String(each["chat_id"])}`,
          position: Number(each["position"]),
          sender: String(each["sender_id"]),
          content: String(each["content"]),
        })),
        ...lobby.map((each) => ({
          line: String(each["lobby_id"]),
          position: Number(each["position"]),
          sender: String(each["sender_id"]),
          content: String(each["content"]),
        })),
      ],
    };
  } finally {
    await mongo.close();
    await sql.close();
  }
}
