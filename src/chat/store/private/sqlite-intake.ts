/**
 * The intake of private chat: what comes together is one row at the end of a table, where a message by itself would
 * be a page in each index. Messages are put into their table when many have come together; until then they are in
 * memory, and after a crash they are read from here again (decision 034).
 */
import type { Database } from "bun:sqlite";
import type { PrivateMessage } from "./port.ts";
import { asCommandId, asUserId, type CommandId, type UserId } from "../../../protocol/index.ts";

export const intakeSchema = `
  CREATE TABLE IF NOT EXISTS private_intake (
    number INTEGER PRIMARY KEY,
    messages TEXT NOT NULL
  ) STRICT;
`;

/** A message that is saved, and not in the table of messages yet. */
export interface Waiting {
  readonly id: number;
  readonly message: PrivateMessage;
  readonly byAdmin: boolean;
}

type SavedMessage = readonly [
  id: number,
  position: number,
  senderId: string,
  recipientId: string,
  commandId: string,
  content: string,
  sentAt: number,
  byAdmin: 0 | 1,
];

const none: readonly Waiting[] = [];

export class SqliteIntake {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #all: Waiting[] = [];
  /** By chat, in their order. */
  readonly #byChat = new Map<string, Waiting[]>();
  readonly #byCommand = new Map<string, Waiting>();

  constructor(database: Database) {
    this.#statements = prepare(database);
  }

  /** In the order in which they came. */
  get all(): readonly Waiting[] {
    return this.#all;
  }

  ofChat(chat: string): readonly Waiting[] {
    return this.#byChat.get(chat) ?? none;
  }

  chats(): Iterable<readonly [chat: string, waiting: readonly Waiting[]]> {
    return this.#byChat;
  }

  byCommand(senderId: UserId, commandId: CommandId): Waiting | undefined {
    return this.#byCommand.get(commandKey(senderId, commandId));
  }

  /** Kept in memory from now on; `save` makes them last. */
  take(chat: string, waiting: Waiting): void {
    this.#all.push(waiting);
    const others = this.#byChat.get(chat);
    if (others === undefined) this.#byChat.set(chat, [waiting]);
    else others.push(waiting);
    this.#byCommand.set(commandKey(waiting.message.senderId, waiting.message.commandId), waiting);
  }

  save(waiting: readonly Waiting[]): void {
    this.#statements.insert.run(JSON.stringify(waiting.map(savedOf)));
  }

  *saved(): Iterable<Waiting> {
    for (const { messages } of this.#statements.all.all()) {
      yield* (JSON.parse(messages) as readonly SavedMessage[]).map(waitingOf); // as `save` wrote it
    }
  }

  clearTable(): void {
    this.#statements.clear.run();
  }

  forget(): void {
    this.#all.length = 0;
    this.#byChat.clear();
    this.#byCommand.clear();
  }

  finalize(): void {
    for (const statement of Object.values(this.#statements)) statement.finalize();
  }
}

function commandKey(senderId: UserId, commandId: CommandId): string {
  return `${commandId} ${senderId}`;
}

function savedOf({ id, message, byAdmin }: Waiting): SavedMessage {
  const { position, senderId, recipientId, commandId, content, sentAt } = message;
  return [id, position, senderId, recipientId, commandId, content, sentAt, byAdmin ? 1 : 0];
}

function waitingOf([id, position, senderId, recipientId, commandId, content, sentAt, byAdmin]: SavedMessage) {
  const message: PrivateMessage = {
    messageId: String(id),
    position,
    senderId: asUserId(senderId),
    recipientId: asUserId(recipientId),
    commandId: asCommandId(commandId),
    content,
    sentAt,
    readAt: null,
  };
  return { id, message, byAdmin: byAdmin === 1 };
}

function prepare(database: Database) {
  return {
    insert: database.prepare<null, [string]>("INSERT INTO private_intake (messages) VALUES (?)"),
    all: database.prepare<{ messages: string }, []>("SELECT messages FROM private_intake ORDER BY number"),
    clear: database.prepare<null, []>("DELETE FROM private_intake"),
  };
}
