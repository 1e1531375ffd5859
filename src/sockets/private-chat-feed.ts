/** One private chat as a page shows it: its messages in order and once, how far they were read, who is writing. */
import { systemClock, type Clock } from "./clock.ts";
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
  /** All that is known, in order, without a repetition. */
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
const mostKept = 2_000;

/**
 * Positions have no holes: where a live message comes that is not the next one, and after each reconnect that could
 * not be resumed, the newest messages are asked for again.
 */
export function openPrivateChatFeed(
  client: AnySocketClient,
  { me, other, load, clock = systemClock }: PrivateChatOptions,
  { onMessages, onTyping = () => undefined, onFailure = () => undefined }: PrivateChatHandlers,
): PrivateChatFeed {
  const byPosition = new Map<number, PrivateMessageView>();
  /** How far each of the two has read the other, and when that was said. */
  const reads: Record<"me" | "other", { position: number; at: string } | null> = { me: null, other: null };
  let nextBefore: string | null = null;
  let newest = 0;
  let isLoaded = false;
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

  function take(messages: readonly PrivateMessageView[]): void {
    for (const message of messages) {
      // What comes again may know more: that it was read.
      byPosition.set(message.position, message);
      newest = Math.max(newest, message.position);
    }
    if (isClosed || !isLoaded) return;
    const all = [...byPosition.values()].toSorted((one, two) => one.position - two.position);
    for (const { position } of all.slice(0, -mostKept)) byPosition.delete(position);
    onMessages(all.slice(-mostKept).map(isRead), nextBefore);
  }

  function loadNewest(): void {
    if (loading !== null) {
      mustLoadAgain = true;
      return;
    }
    mustLoadAgain = false;
    loading = load(null)
      .then(takeNewest, (reason: unknown) => {
        if (!isClosed) onFailure(reason);
      })
      .finally(() => {
        loading = null;
        if (mustLoadAgain && !isClosed) loadNewest();
      });
  }

  /** A page that does not reach what is known: between the two something is missing. */
  function takeNewest({ items, nextBefore: before }: PrivatePage): void {
    const [first] = items;
    const known = [...byPosition.keys()].filter((position) => isLoaded && position < (first?.position ?? 0));
    const isApart = first !== undefined && known.length > 0 && !byPosition.has(first.position - 1);
    if (isApart) for (const position of known) byPosition.delete(position);
    if (!isLoaded || isApart) nextBefore = before;
    isLoaded = true;
    take(items);
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
        if (isLoaded && message.position > newest + 1) loadNewest();
        take([message]);
        return;
      }
      case "chat.event.messages_read": {
        if (!isOfThisChat(event["readerId"], event["userId"])) return;
        const who = event["readerId"] === me ? "me" : "other";
        const position = Number(event["position"]);
        if (position <= (reads[who]?.position ?? 0)) return;
        reads[who] = { position, at: String(event["readAt"]) };
        take([]);
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
      if (isLive && !wasLive && !(isLoaded && state.name === "live" && state.resumed)) loadNewest();
    }),
  ];

  return {
    send(content) {
      typedAt = Number.NEGATIVE_INFINITY;
      return client.send("chat.command.send_message", { recipientId: other, content });
    },
    async loadOlder() {
      if (nextBefore === null) return;
      const page = await load(nextBefore);
      nextBefore = page.nextBefore;
      take(page.items);
    },
    typing() {
      if (!isLive || clock.now() - typedAt < typingEveryMs) return;
      typedAt = clock.now();
      client.tell("chat.command.typing", { recipientId: other });
    },
    markRead() {
      const last = [...byPosition.values()]
        .filter((message) => message.senderId === other && isRead(message).readAt === undefined)
        .reduce<PrivateMessageView | null>(
          (newer, message) => (newer === null || message.position > newer.position ? message : newer),
          null,
        );
      if (!isLive || last === null || last.position <= markedUpTo) return;
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
