/** What pages may ask chat. */
import type { LobbyMessageView, PrivateMessageView, UserId } from "../protocol/index.ts";

export interface History<Message> {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly nextBefore: string | null;
}

export type LobbyHistory = History<LobbyMessageView>;

export type LobbyHistoryLookup =
  | { readonly kind: "history"; readonly history: LobbyHistory }
  | { readonly kind: "unknown_lobby" }
  /** `before` is no message of this lobby that is kept. */
  | { readonly kind: "unknown_message" };

export type PrivateHistoryLookup =
  | { readonly kind: "history"; readonly history: History<PrivateMessageView> }
  | { readonly kind: "unknown_person" }
  /** `before` is no message of these two. */
  | { readonly kind: "unknown_message" };

/** A chat as one of its two people sees it. */
export interface ChatListing {
  /** The other one. */
  readonly userId: UserId;
  readonly username: string;
  readonly unread: number;
  readonly lastMessage: PrivateMessageView;
}

export interface ChatFace {
  /** @param limit from 1 to 100 */
  lobbyHistory(lobbyId: string, before: string | null, limit: number): Promise<LobbyHistoryLookup>;
  /** What `reader` and `other` have written to each other. @param limit from 1 to 100 */
  privateHistory(
    reader: UserId,
    other: UserId,
    before: string | null,
    limit: number,
  ): Promise<PrivateHistoryLookup>;
  /** The newest first. */
  chatsOf(userId: UserId): Promise<readonly ChatListing[]>;
}
