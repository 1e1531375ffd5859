/** One private chat as a page shows it: its messages in order and once, how far they were read, who is writing. */
import { systemClock, type Clock } from "./clock.ts";
import { MessageLine } from "./message-line.ts";
import type { AnyEventFrame, AnySocketClient } from "./types.ts";
import type { PrivateMessageView, UserId } from "../protocol/index.ts";

/** A page of messages as HTTP answers it: oldest first. */
export interface PrivatePage {
  readonly items: readonly PrivateMessageView[];
  /** Asks for what is older; null where nothing is. */
  readonly nextBefore: string | null;
}

export interface PrivateChatOptions {
  readonly me: UserId;
  readonly other: UserId;
  /** Asks for the newest messages, or for those before one. */
  load(before: string | null): Promise<PrivatePage>;
  readonly clock?: Clock;
}

export interface PrivateChatHandlers {
  /** All that is known, in order, without a repetition and without a hole. */
  onMessages(messages: readonly PrivateMessageView[], nextBefore: string | null): void;
  /** The other one is writing, or is not any more. */
  onTyping?(isTyping: boolean): void;
  /** The messages could not be asked for; it is tried again when the connection is back. */
  onFailure?(reason: unknown): void;
}

export interface PrivateChatFeed {
  /** Resolves with the message, or with `message_rejected`; rejects with a `CommandRefused`. */
  send(content: string): Promise<AnyEventFrame>;
  loadOlder(): Promise<void>;
  /** I am writing: said to the other one now and then, however often it is called. */
  typing(): void;
  /** Somebody looks at the messages: those of the other one are read. */
  markRead(): void;
  close(): void;
}

/** How long "is writing" holds, and how seldom it is said. */
const typingHoldsMs = 5_000;
const typingEveryMs = 3_000;

/**
 * Where a live message comes that is not the next one, and after each reconnect that could not be resumed, the newest
 * messages are asked for again.
 */
export function openPrivateChatFeed(
  client: AnySocketClient,
  { me, other, load, clock = systemClock }: PrivateChatOptions,
  { onMessages, onTyping = () => undefined, onFailure = () => undefined }: PrivateChatHandlers,
): PrivateChatFeed {
  const line = new MessageLine<PrivateMessageView>();
  /** How far each of the two has read the other, and when that was said. */
  const reads: Record<"me" | "other", { position: number; at: string } | null> = { me: null, other: null };
  let loading: Promise<void> | null = null;
  let mustLoadAgain = false;
  let isLive = false;
  let isClosed = false;
  let markedUpTo = 0;
  let typedAt = Number.NEGATIVE_INFINITY;
  let endTyping: (() => void) | null = null;

  function isRead(message: PrivateMessageView): PrivateMessageView {
    const read = message.senderId === me ? reads.other : reads.me;
    if (message.readAt !== undefined || read === null || message.position > read.position) return message;
    return { ...message, readAt: read.at };
  }

  function show(): void {
    if (!isClosed && line.isLoaded) onMessages(line.messages.map(isRead), line.nextBefore);
  }

  function loadNewest(): void {
    if (loading !== null) {
      mustLoadAgain = true;
      return;
    }
    mustLoadAgain = false;
    loading = load(null)
      .then(
        ({ items, nextBefore }) => {
          line.takeNewest(items, nextBefore);
          show();
        },
        (reason: unknown) => {
          if (!isClosed) onFailure(reason);
        },
      )
      .finally(() => {
        loading = null;
        if (mustLoadAgain && !isClosed) loadNewest();
      });
  }

  function isOfThisChat(one: unknown, two: unknown): boolean {
    return (one === me && two === other) || (one === other && two === me);
  }

  function showTyping(isTyping: boolean): void {
    const was = endTyping !== null;
    endTyping?.();
    endTyping = isTyping ? clock.after(typingHoldsMs, () => showTyping(false)) : null;
    if (was !== isTyping) onTyping(isTyping);
  }

  function hear(event: AnyEventFrame): void {
    switch (event.type) {
      case "chat.event.message_received": {
        if (!isOfThisChat(event["senderId"], event["recipientId"])) return;
        const message = event as unknown as PrivateMessageView; // as it is declared
        if (message.senderId === other) showTyping(false);
        line.takeLive(message);
        if (line.isLoaded && line.isWaiting) loadNewest();
        show();
        return;
      }
      case "chat.event.messages_read": {
        if (!isOfThisChat(event["readerId"], event["userId"])) return;
        const who = event["readerId"] === me ? "me" : "other";
        const position = Number(event["position"]);
        if (position <= (reads[who]?.position ?? 0)) return;
        reads[who] = { position, at: String(event["readAt"]) };
        show();
        return;
      }
      case "chat.event.typing":
        if (event["senderId"] === other) showTyping(true);
    }
  }

  const stopListening = [
    client.onAny(hear),
    client.onState((state) => {
      const wasLive = isLive;
      isLive = state.name === "live";
      if (!isLive) showTyping(false);
      if (isLive && !wasLive && !(state.name === "live" && state.resumed && !line.isWaiting)) loadNewest();
    }),
  ];

  return {
    send(content) {
      typedAt = Number.NEGATIVE_INFINITY;
      return client.send("chat.command.send_message", { recipientId: other, content });
    },
    async loadOlder() {
      if (line.nextBefore === null) return;
      const { items, nextBefore } = await load(line.nextBefore);
      line.takeOlder(items, nextBefore);
      show();
    },
    typing() {
      if (!isLive || clock.now() - typedAt < typingEveryMs) return;
      typedAt = clock.now();
      client.tell("chat.command.typing", { recipientId: other });
    },
    markRead() {
      const last = line.messages.findLast(
        (message) => message.senderId === other && isRead(message).readAt === undefined,
      );
      if (!isLive || last === undefined || last.position <= markedUpTo) return;
      const before = markedUpTo;
      markedUpTo = last.position;
      client
        .send("chat.command.mark_read", { userId: other, messageId: last.messageId })
        .catch(() => (markedUpTo = Math.min(markedUpTo, before)));
    },
    close() {
      isClosed = true;
      endTyping?.();
      for (const stop of stopListening) stop();
    },
  };
}
