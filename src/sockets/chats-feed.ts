/** The chats of a person, and what of them is unread: the same in every tab (F09). */
import type { AnyEventFrame, AnySocketClient } from "./types.ts";
import type { PrivateMessageView, UserId } from "../protocol/index.ts";

export interface ChatEntry {
  /** The other one. */
  readonly userId: UserId;
  readonly username: string;
  readonly unread: number;
  readonly lastMessage: PrivateMessageView;
}

export interface ChatsFeedOptions {
  readonly me: UserId;
  /** Asks for all chats, as HTTP answers them. */
  load(): Promise<readonly ChatEntry[]>;
  /** The chats, the one with the newest message first, and the unread messages of all of them. */
  onChats(chats: readonly ChatEntry[], unread: number): void;
}

/** Asks once it is live, and again after each reconnect that could not be resumed. */
export function openChatsFeed(client: AnySocketClient, { me, load, onChats }: ChatsFeedOptions): () => void {
  const chats = new Map<UserId, ChatEntry>();
  let isLoaded = false;
  let isLive = false;
  let isClosed = false;
  /** What came while the list was asked for: it may know of it, or not. */
  let heardMeanwhile: AnyEventFrame[] | null = null;

  function show(): void {
    if (isClosed || !isLoaded) return;
    const listed = [...chats.values()].toSorted((one, two) =>
      two.lastMessage.sentAt.localeCompare(one.lastMessage.sentAt),
    );
    onChats(
      listed,
      listed.reduce((sum, { unread }) => sum + unread, 0),
    );
  }

  async function loadAll(): Promise<void> {
    if (heardMeanwhile !== null) return;
    heardMeanwhile = [];
    try {
      const loaded = await load();
      chats.clear();
      for (const chat of loaded) chats.set(chat.userId, chat);
      isLoaded = true;
      for (const event of heardMeanwhile) apply(event);
      show();
    } catch {
      // The next reconnect asks again; what comes until then is shown as far as it is known.
    } finally {
      heardMeanwhile = null;
    }
  }

  function hear(event: AnyEventFrame): void {
    if (event.type !== "chat.event.message_received" && event.type !== "chat.event.messages_read") return;
    heardMeanwhile?.push(event);
    if (!isLoaded) return;
    apply(event);
    show();
  }

  function apply(event: AnyEventFrame): void {
    if (event.type === "chat.event.messages_read") {
      if (event["readerId"] !== me) return;
      const userId = event["userId"] as UserId; // as it is declared
      const chat = chats.get(userId);
      if (chat !== undefined) chats.set(userId, { ...chat, unread: Number(event["unread"]) });
      return;
    }
    const message = event as unknown as PrivateMessageView; // as it is declared
    const isOwn = message.senderId === me;
    const userId = isOwn ? message.recipientId : message.senderId;
    const chat = chats.get(userId);
    // The list that was asked for has it already.
    if (chat !== undefined && message.position <= chat.lastMessage.position) return;
    chats.set(userId, {
      userId,
      username: isOwn ? (chat?.username ?? "") : message.senderName,
      unread: (chat?.unread ?? 0) + (isOwn ? 0 : 1),
      lastMessage: message,
    });
    // Somebody whom this person has not written with before, and whose name no message says.
    if (isOwn && chat === undefined) void loadAll();
  }

  const stopListening = [
    client.onAny(hear),
    client.onState((state) => {
      const wasLive = isLive;
      isLive = state.name === "live";
      if (isLive && !wasLive && !(isLoaded && state.name === "live" && state.resumed)) void loadAll();
    }),
  ];

  return () => {
    isClosed = true;
    for (const stop of stopListening) stop();
  };
}
