/** Private chat in MongoDB (plan §3.2): a cluster's. */
import { MongoServerError, ObjectId, type ClientSession, type Collection, type Db } from "mongodb";
import {
  pairOf,
  type AddedPrivateMessage,
  type NewPrivateMessage,
  type PrivateMessage,
  type PrivateStore,
} from "./port.ts";
import { asCommandId, asUserId, type UserId } from "../../../protocol/index.ts";

interface ChatDocument {
  /** `{smaller id}:{larger id}`. */
  readonly _id: string;
  readonly participants: readonly [UserId, UserId];
  readonly last_position: number;
  readonly last_message_id: ObjectId;
  /** Those of the two who have written as admins. */
  readonly admins?: readonly UserId[];
  readonly created_at: Date;
  /** Of the newest message. */
  readonly updated_at: Date;
  /** Rises with each message of any chat of the process that wrote it: orders chats whose times are equal. */
  readonly updated_order: ObjectId;
}

interface MessageDocument {
  readonly _id: ObjectId;
  readonly chat_id: string;
  readonly position: number;
  readonly sender_id: UserId;
  readonly recipient_id: UserId;
  readonly command_id: string;
  readonly content: string;
  readonly sent_at: Date;
  readonly read_at: Date | null;
}

const duplicateKey = 11000;
/** Transactions at a time: fewer than the connections of the pool, which others use too. */
const chatsAtOnce = 32;

/** Makes the indexes where they are missing; the connection stays its owner's. */
export async function openMongoPrivateStore(db: Db): Promise<PrivateStore> {
  const store = new MongoPrivateStore(db);
  await store.createIndexes();
  return store;
}

class MongoPrivateStore implements PrivateStore {
  readonly #db: Db;
  readonly #chats: Collection<ChatDocument>;
  readonly #messages: Collection<MessageDocument>;

  constructor(db: Db) {
    this.#db = db;
    this.#chats = db.collection("private_chats");
    this.#messages = db.collection("private_messages");
  }

  async createIndexes(): Promise<void> {
    await this.#chats.createIndex({ participants: 1, updated_at: -1, updated_order: -1 });
    await this.#messages.createIndexes([
      { key: { chat_id: 1, position: 1 }, unique: true },
      { key: { sender_id: 1, command_id: 1 }, unique: true },
      {
        key: { recipient_id: 1, chat_id: 1, position: 1 },
        partialFilterExpression: { read_at: null },
        name: "unread",
      },
    ]);
  }

  async add(message: NewPrivateMessage): Promise<AddedPrivateMessage> {
    const session = this.#db.client.startSession();
    try {
      return await session.withTransaction(() => this.#addOne(message, session));
    } catch (error) {
      // Sent twice at once: the other one has stored it.
      const known = isDuplicate(error) ? await this.#known(message) : null;
      if (known === null) throw error;
      return { message: messageOf(known), isNew: false };
    } finally {
      await session.endSession();
    }
  }

  /** Chats side by side, each in its order. */
  async addAll(messages: readonly NewPrivateMessage[]): Promise<readonly AddedPrivateMessage[]> {
    const added = new Map<number, AddedPrivateMessage>();
    const chats = Map.groupBy(messages.keys(), (index) => chatOf(messages[index]));
    const waiting = [...chats.values()];
    const addSome = async () => {
      for (let chat = waiting.shift(); chat !== undefined; chat = waiting.shift()) {
        for (const index of chat) {
          const message = messages[index];
          if (message !== undefined) added.set(index, await this.add(message));
        }
      }
    };
    await Promise.all(Array.from({ length: chatsAtOnce }, addSome));
    return messages.map((_, index) => {
      const one = added.get(index);
      if (one === undefined) throw new Error("Each message was added.");
      return one;
    });
  }

  async #addOne(message: NewPrivateMessage, session: ClientSession): Promise<AddedPrivateMessage> {
    const { senderId, recipientId, commandId, content, sentAt, byAdmin } = message;
    const known = await this.#known(message, session);
    if (known !== null) return { message: messageOf(known), isNew: false };
    const participants = pairOf(senderId, recipientId);
    const [_id, at] = [new ObjectId(), new Date(sentAt)];
    // The chat's document is locked until the end: positions rise in the order in which messages come to be seen.
    const chat = await this.#chats.findOneAndUpdate(
      { _id: participants.join(":") },
      {
        $inc: { last_position: 1 },
        $set: {
          last_message_id: _id,
          updated_at: at,
          updated_order: _id,
        },
        ...(byAdmin ? { $addToSet: { admins: senderId } } : {}),
        $setOnInsert: { participants, created_at: at },
      },
      { upsert: true, returnDocument: "after", session },
    );
    if (chat === null) throw new Error("An upsert answers with its document.");
    const document: MessageDocument = {
      _id,
      chat_id: chat._id,
      position: chat.last_position,
      sender_id: senderId,
      recipient_id: recipientId,
      command_id: commandId,
      content,
      sent_at: at,
      read_at: null,
    };
    await this.#messages.insertOne(document, { session });
    return { message: messageOf(document), isNew: true };
  }

  async page(one: UserId, other: UserId, before: string | null, limit: number) {
    const chatId = pairOf(one, other).join(":");
    const from = before === null ? Number.MAX_SAFE_INTEGER : await this.#positionOf(chatId, before);
    if (from === null) return null;
    const found = await this.#messages
      .find({ chat_id: chatId, position: { $lt: from } })
      .sort({ position: -1 })
      .limit(limit + 1)
      .toArray();
    const messages = found.slice(0, limit).reverse().map(messageOf);
    return { messages, nextBefore: found.length > limit ? (messages[0]?.messageId ?? null) : null };
  }

  async markRead(readerId: UserId, otherId: UserId, messageId: string, readAt: number) {
    const chatId = pairOf(readerId, otherId).join(":");
    const position = await this.#positionOf(chatId, messageId);
    if (position === null) return { kind: "unknown_message" } as const;
    const unreadHere = { recipient_id: readerId, chat_id: chatId, read_at: null };
    const { modifiedCount } = await this.#messages.updateMany(
      { ...unreadHere, position: { $lte: position } },
      { $set: { read_at: new Date(readAt) } },
    );
    const unread = await this.#messages.countDocuments(unreadHere);
    return { kind: modifiedCount > 0 ? ("read" as const) : ("unchanged" as const), position, unread };
  }

  unreadOf(userId: UserId): Promise<number> {
    return this.#messages.countDocuments({ recipient_id: userId, read_at: null });
  }

  async chatsOf(userId: UserId, limit: number) {
    const chats = await this.#chats
      .find({ participants: userId })
      .sort({ updated_at: -1, updated_order: -1 })
      .limit(limit)
      .toArray();
    const ids = chats.map(({ last_message_id }) => last_message_id);
    const found = await this.#messages.find({ _id: { $in: ids } }).toArray();
    const byId = new Map(found.map((message) => [message._id.toHexString(), message]));
    const counts = await this.#messages
      .aggregate<{ _id: string; count: number }>([
        { $match: { recipient_id: userId, read_at: null, chat_id: { $in: chats.map(({ _id }) => _id) } } },
        { $group: { _id: "$chat_id", count: { $sum: 1 } } },
      ])
      .toArray();
    const unread = new Map(counts.map(({ _id, count }) => [_id, count]));
    return chats.flatMap(({ _id, participants, last_message_id }) => {
      const last = byId.get(last_message_id.toHexString());
      const [other = userId] = participants.filter((each) => each !== userId);
      return last === undefined
        ? []
        : [{ userId: other, unread: unread.get(_id) ?? 0, lastMessage: messageOf(last) }];
    });
  }

  async hasAdminWritten(from: UserId, to: UserId): Promise<boolean> {
    const _id = pairOf(from, to).join(":");
    return (await this.#chats.findOne({ _id, admins: from }, { projection: { _id: 1 } })) !== null;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #known(
    { senderId, commandId }: NewPrivateMessage,
    session?: ClientSession,
  ): Promise<MessageDocument | null> {
    const filter = { sender_id: senderId, command_id: commandId as string };
    return this.#messages.findOne(filter, session === undefined ? {} : { session });
  }

  async #positionOf(chatId: string, messageId: string): Promise<number | null> {
    if (!/^[0-9a-f]{24}$/.test(messageId)) return null;
    const found = await this.#messages.findOne(
      { _id: new ObjectId(messageId), chat_id: chatId },
      { projection: { position: 1 } },
    );
    return found?.position ?? null;
  }
}

function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === duplicateKey;
}

function messageOf(document: MessageDocument): PrivateMessage {
  return {
    messageId: document._id.toHexString(),
    position: document.position,
    senderId: asUserId(document.sender_id),
    recipientId: asUserId(document.recipient_id),
    commandId: asCommandId(document.command_id),
    content: document.content,
    sentAt: document.sent_at.getTime(),
    readAt: document.read_at?.getTime() ?? null,
  };
}

function chatOf(message: NewPrivateMessage | undefined): string {
  return message === undefined ? "" : pairOf(message.senderId, message.recipientId).join(":");
}
