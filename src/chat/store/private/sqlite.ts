/**
 * Private chat in SQLite: the embedded default. What is added goes into the intake (sqlite-intake.ts), and from there
 * to the tables; whoever reads sees both. One process at a time writes (the rooms' file is locked); what another
 * connection has written is noticed at the next call.
 */
import { Database } from "bun:sqlite";
import { isDatabaseFull, limitSize } from "../../../engines/sqlite.ts";
import { intakeSchema, SqliteIntake, type Waiting } from "./sqlite-intake.ts";
import {
  pairOf,
  type AddedPrivateMessage,
  type ChatSummary,
  type NewPrivateMessage,
  type PrivateMessage,
  type PrivateStore,
} from "./port.ts";
import { messageOf, prepare, tablesSchema, type Statements } from "./sqlite-tables.ts";
import { asUserId, StoreFull, type UserId } from "../../../protocol/index.ts";

/** With so many in the intake they are put away: few have a page for themselves then, and nobody waits long for it. */
const mostWaiting = 2_048;
/** Of pages in memory: a command's id may be anywhere in its index. */
const cacheKib = 32 * 1024;
/** Chats whose last position is kept in memory. */
const rememberedChats = 20_000;
const fullMessage = "The chats' database is full.";

/** A chat with all that was said in it, also what waits in the intake. */
interface Chat {
  readonly first: UserId;
  readonly second: UserId;
  lastPosition: number;
  adminWrote: number;
}

/** @param path a file, or `:memory:` */
export function openSqlitePrivateStore(path: string, limitMb: number | null = null): PrivateStore {
  const database = new Database(path, { create: true, strict: true });
  database.run("PRAGMA busy_timeout = 5000");
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = FULL");
  database.run(`PRAGMA cache_size = -${cacheKib}`);
  database.run(tablesSchema);
  database.run(intakeSchema);
  limitSize(database, limitMb);
  return new SqlitePrivateStore(database);
}

class SqlitePrivateStore implements PrivateStore {
  readonly #database: Database;
  readonly #statements: Statements;
  readonly #intake: SqliteIntake;
  /** Chats with messages in the intake, and as many others as are worth remembering. */
  readonly #chats = new Map<string, Chat>();
  readonly #addAll: { immediate(messages: readonly NewPrivateMessage[]): readonly AddedPrivateMessage[] };
  readonly #settle: { immediate(): void };
  /** That of the last message, in the table or in the intake. */
  #lastId = 0;
  /** Of the file, as this connection has last seen it; null where memory may say otherwise than the file. */
  #version: number | null = null;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
    this.#intake = new SqliteIntake(database);
    this.#addAll = database.transaction((messages: readonly NewPrivateMessage[]) => this.#added(messages));
    this.#settle = database.transaction(() => this.#putAway());
    // What a crash has left waiting.
    this.#refresh();
    this.#settleAll();
  }

  async add(message: NewPrivateMessage): Promise<AddedPrivateMessage> {
    const [added] = await this.addAll([message]);
    if (added === undefined) throw new Error("Each message has its answer.");
    return added;
  }

  /** In one transaction: the disk is waited for once. */
  async addAll(messages: readonly NewPrivateMessage[]): Promise<readonly AddedPrivateMessage[]> {
    if (messages.length === 0) return [];
    try {
      const added = this.#addAll.immediate(messages);
      if (this.#intake.all.length >= mostWaiting) this.#settleAll();
      return added;
    } catch (error) {
      // Whatever was saved, it is what the file says.
      this.#version = null;
      throw isDatabaseFull(error) ? new StoreFull(fullMessage, { cause: error }) : error;
    }
  }

  #added(messages: readonly NewPrivateMessage[]): readonly AddedPrivateMessage[] {
    this.#refresh();
    const isNew: Waiting[] = [];
    const added = messages.map((message) => this.#addOne(message, isNew));
    if (isNew.length > 0) this.#intake.save(isNew);
    return added;
  }

  #addOne(message: NewPrivateMessage, isNew: Waiting[]): AddedPrivateMessage {
    const { senderId, recipientId, commandId, content, sentAt, byAdmin } = message;
    const waitingAlready = this.#intake.byCommand(senderId, commandId);
    if (waitingAlready !== undefined) return { message: waitingAlready.message, isNew: false };
    const before = this.#statements.known.get(senderId, commandId);
    if (before !== null) return { message: messageOf(before), isNew: false };
    const [first, second] = pairOf(senderId, recipientId);
    const chat = this.#chat(first, second);
    chat.lastPosition += 1;
    if (byAdmin) chat.adminWrote |= adminBit(senderId, first);
    const id = (this.#lastId += 1);
    const saved: PrivateMessage = {
      messageId: String(id),
      position: chat.lastPosition,
      senderId,
      recipientId,
      commandId,
      content,
      sentAt,
      readAt: null,
    };
    const waiting = { id, message: saved, byAdmin };
    isNew.push(waiting);
    this.#intake.take(chatKey(first, second), waiting);
    return { message: saved, isNew: true };
  }

  #chat(first: UserId, second: UserId): Chat {
    const key = chatKey(first, second);
    let chat = this.#chats.get(key);
    if (chat === undefined) {
      const row = this.#statements.chat.get(first, second);
      chat = { first, second, lastPosition: row?.last_position ?? 0, adminWrote: row?.admin_wrote ?? 0 };
      this.#chats.set(key, chat);
    }
    return chat;
  }

  /** Takes notice of what another connection has written: the intake and all that follows from it. */
  #refresh(): void {
    const version = this.#statements.version.get()?.data_version ?? 0;
    if (version === this.#version) return;
    this.#intake.forget();
    this.#chats.clear();
    this.#lastId = this.#statements.last.get()?.id ?? 0;
    for (const waiting of this.#intake.saved()) {
      const { senderId, recipientId, position } = waiting.message;
      const [first, second] = pairOf(senderId, recipientId);
      const chat = this.#chat(first, second);
      chat.lastPosition = position;
      if (waiting.byAdmin) chat.adminWrote |= adminBit(senderId, first);
      this.#lastId = waiting.id;
      this.#intake.take(chatKey(first, second), waiting);
    }
    this.#version = version;
  }

  /** Puts what waits into the table of messages. Where there is no room for that, it waits on. */
  #settleAll(): void {
    if (this.#intake.all.length === 0) return;
    // Saved it is already: nobody needs to wait for the disk once more.
    this.#database.run("PRAGMA synchronous = NORMAL");
    try {
      this.#settle.immediate();
      this.#intake.forget();
      if (this.#chats.size > rememberedChats) this.#chats.clear();
    } catch (error) {
      if (!isDatabaseFull(error)) throw error;
    } finally {
      this.#database.run("PRAGMA synchronous = FULL");
    }
  }

  #putAway(): void {
    const { saveChat, insert } = this.#statements;
    // First: in a file that may not grow its pages are needed.
    this.#intake.clearTable();
    const ids = new Map<string, number>();
    for (const [key, waiting] of this.#intake.chats()) {
      const chat = this.#chats.get(key);
      if (chat === undefined) throw new Error("A chat is remembered while a message of it waits.");
      const { first, second, lastPosition, adminWrote } = chat;
      const begun = waiting[0]?.message.sentAt ?? 0;
      const row = saveChat.get(first, second, lastPosition, adminWrote, begun);
      if (row === null) throw new Error("SQLite returned no row for a chat.");
      ids.set(key, row.id);
    }
    // In the order of their ids: the table grows at its end.
    for (const { id, message } of this.#intake.all) {
      const { position, senderId, recipientId, commandId, content, sentAt } = message;
      const chatId = ids.get(chatKey(...pairOf(senderId, recipientId))) ?? 0;
      insert.run(id, chatId, position, senderId, recipientId, commandId, content, sentAt);
    }
  }

  async page(one: UserId, other: UserId, before: string | null, limit: number) {
    this.#refresh();
    const [first, second] = pairOf(one, other);
    const chat = this.#statements.chat.get(first, second);
    const waiting = this.#intake.ofChat(chatKey(first, second));
    const from = before === null ? Number.MAX_SAFE_INTEGER : this.#positionOf(chat?.id, waiting, before);
    if (from === null) return null;
    const newest = waiting.filter(({ message }) => message.position < from).slice(-limit - 1);
    const missing = limit + 1 - newest.length;
    const rows = chat === null || missing === 0 ? [] : this.#statements.older.all(chat.id, from, missing);
    const found = [...rows.reverse().map(messageOf), ...newest.map(({ message }) => message)];
    const messages = found.slice(-limit);
    return { messages, nextBefore: found.length > limit ? (messages[0]?.messageId ?? null) : null };
  }

  async markRead(readerId: UserId, otherId: UserId, messageId: string, readAt: number) {
    this.#refresh();
    this.#settleAll();
    if (this.#intake.all.length > 0) throw new StoreFull(fullMessage);
    const { chat, read, unreadInChat } = this.#statements;
    const found = chat.get(...pairOf(readerId, otherId));
    const position = this.#positionOf(found?.id, [], messageId);
    if (found === null || position === null) return { kind: "unknown_message" } as const;
    const { changes } = read.run(readAt, readerId, found.id, position);
    const unread = unreadInChat.get(readerId, found.id)?.count ?? 0;
    return { kind: changes > 0 ? ("read" as const) : ("unchanged" as const), position, unread };
  }

  async unreadOf(userId: UserId): Promise<number> {
    this.#refresh();
    const waiting = this.#intake.all.filter(({ message }) => message.recipientId === userId).length;
    return waiting + (this.#statements.unread.get(userId)?.count ?? 0);
  }

  async chatsOf(userId: UserId, limit: number) {
    this.#refresh();
    const { chats, unreadInChat } = this.#statements;
    const found = new Map<UserId, ChatSummary & { readonly id: number }>();
    for (const row of chats.all(userId, limit)) {
      const other = asUserId(row.sender_id === userId ? row.recipient_id : row.sender_id);
      const unread = unreadInChat.get(userId, row.chat_id)?.count ?? 0;
      found.set(other, { id: row.id, userId: other, unread, lastMessage: messageOf(row) });
    }
    for (const { id, message } of this.#intake.all) {
      const { senderId, recipientId } = message;
      if (senderId !== userId && recipientId !== userId) continue;
      const other = senderId === userId ? recipientId : senderId;
      const before = found.get(other)?.unread ?? 0;
      const unread = before + (recipientId === userId ? 1 : 0);
      found.set(other, { id, userId: other, unread, lastMessage: message });
    }
    return [...found.values()]
      .sort((one, other) => other.id - one.id)
      .slice(0, limit)
      .map(({ userId: other, unread, lastMessage }) => ({ userId: other, unread, lastMessage }));
  }

  async hasAdminWritten(from: UserId, to: UserId): Promise<boolean> {
    this.#refresh();
    const [first, second] = pairOf(from, to);
    const wrote =
      this.#chats.get(chatKey(first, second))?.adminWrote ??
      this.#statements.chat.get(first, second)?.admin_wrote ??
      0;
    return (wrote & adminBit(from, first)) !== 0;
  }

  async close(): Promise<void> {
    this.#refresh();
    this.#settleAll();
    for (const statement of Object.values(this.#statements)) statement.finalize();
    this.#intake.finalize();
    this.#database.close();
  }

  #positionOf(chatId: number | undefined, waiting: readonly Waiting[], messageId: string): number | null {
    if (!/^[1-9]\d{0,15}$/.test(messageId)) return null;
    const found = waiting.find(({ message }) => message.messageId === messageId);
    if (found !== undefined) return found.message.position;
    return chatId === undefined
      ? null
      : (this.#statements.place.get(Number(messageId), chatId)?.position ?? null);
  }
}

function chatKey(first: UserId, second: UserId): string {
  return `${first} ${second}`;
}

/** `admin_wrote` has one bit for each of the two: which of them has written as an admin. */
function adminBit(userId: UserId, first: UserId): number {
  return userId === first ? 1 : 2;
}
