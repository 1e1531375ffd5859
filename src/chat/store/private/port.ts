/**
 * Where private chats are kept: one for each two people, with all its messages. Names are not kept here, so that a
 * person who changes or loses hers does so everywhere.
 */
import type { CommandId, UserId } from "../../../protocol/index.ts";

export interface NewPrivateMessage {
  readonly senderId: UserId;
  readonly recipientId: UserId;
  readonly commandId: CommandId;
  readonly content: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** An admin wrote it: whoever an admin has written to may answer (G7). */
  readonly byAdmin: boolean;
}

export interface PrivateMessage {
  readonly messageId: string;
  /** Rises by one with each message of the chat; readers order by it alone. */
  readonly position: number;
  readonly senderId: UserId;
  readonly recipientId: UserId;
  readonly commandId: CommandId;
  readonly content: string;
  readonly sentAt: number;
  readonly readAt: number | null;
}

export interface AddedPrivateMessage {
  readonly message: PrivateMessage;
  /** False where the same sender's command has stored it before: then it is the message of that time. */
  readonly isNew: boolean;
}

export interface PrivatePage {
  /** Oldest first. */
  readonly messages: readonly PrivateMessage[];
  /** What to ask for next as `before`; null where there is nothing older. */
  readonly nextBefore: string | null;
}

/** A chat as one of the two sees it. */
export interface ChatSummary {
  /** The other one. */
  readonly userId: UserId;
  readonly unread: number;
  readonly lastMessage: PrivateMessage;
}

export type ReadResult =
  /** The reader's messages up to that one, at `position`, are read now; `unread` of them are left in this chat. */
  | { readonly kind: "read"; readonly position: number; readonly unread: number }
  /** They were before. */
  | { readonly kind: "unchanged"; readonly position: number; readonly unread: number }
  | { readonly kind: "unknown_message" };

export interface PrivateStore {
  /**
   * Stores a message once for its sender and command. MUST be durable, wholly or not at all. MUST give positions in
   * the order in which readers come to see the messages, whoever else adds at the same time.
   */
  add(message: NewPrivateMessage): Promise<AddedPrivateMessage>;
  /**
   * Many at once, answered in their order: those of one chat MUST be stored in it. Each MUST be there wholly or not at
   * all; where the promise rejects, some may be.
   */
  addAll(messages: readonly NewPrivateMessage[]): Promise<readonly AddedPrivateMessage[]>;
  /**
   * The newest messages of two people, or the newest of those older than the message `before`.
   * null where `before` is no message of theirs.
   *
   * @param limit from 1 to 100
   */
  page(one: UserId, other: UserId, before: string | null, limit: number): Promise<PrivatePage | null>;
  /**
   * What `readerId` got from `otherId` up to this message is read, at `readAt`. Never takes anything back. Rejects with StoreFull
   * where there is no room to say so.
   */
  markRead(readerId: UserId, otherId: UserId, messageId: string, readAt: number): Promise<ReadResult>;
  /** Of all chats of a person. */
  unreadOf(userId: UserId): Promise<number>;
  /** The chats of a person, the one with the newest message first. */
  chatsOf(userId: UserId, limit: number): Promise<readonly ChatSummary[]>;
  /** Whether `from` has written to `to` as an admin: then `to` may answer (G7), and `from` no longer once a member. */
  hasAdminWritten(from: UserId, to: UserId): Promise<boolean>;
  close(): Promise<void>;
}

/** The two people of a chat, in one order whoever asks: the key of their messages in the log too. */
export function pairOf(one: UserId, other: UserId): readonly [UserId, UserId] {
  return one < other ? [one, other] : [other, one];
}
