/**
 * Where the public chat of lobbies is kept: the newest thousand messages of each. Names are not kept here, so that a
 * person who changes or loses hers does so everywhere.
 */
import type { CommandId, UserId } from "../../../protocol/index.ts";

export const keptMessages = 1_000;

export interface NewLobbyMessage {
  readonly lobbyId: string;
  readonly senderId: UserId;
  readonly commandId: CommandId;
  readonly content: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

export interface LobbyMessage extends NewLobbyMessage {
  readonly messageId: string;
  /** Rises by one with each message of the lobby; readers order by it alone. */
  readonly position: number;
}

export interface AddedLobbyMessage {
  readonly message: LobbyMessage;
  /** False where the same sender's command has stored it before: then it is the message of that time. */
  readonly isNew: boolean;
}

export interface LobbyPage {
  /** Oldest first. */
  readonly messages: readonly LobbyMessage[];
  /** What to ask for next as `before`; null where nothing older is kept. */
  readonly nextBefore: string | null;
}

export interface LobbyStore {
  /**
   * Stores messages, each once for its sender and command, and forgets what is older than the newest
   * `keptMessages` of its lobby. MUST be durable, wholly or not at all; answers in the order given. MUST give
   * positions in the order in which readers come to see the messages, whoever else adds at the same time.
   */
  add(messages: readonly NewLobbyMessage[]): Promise<readonly AddedLobbyMessage[]>;
  /**
   * The newest messages, or the newest of those older than the message `before`.
   * null where `before` is no message that is kept of this lobby.
   *
   * @param limit from 1 to 100
   */
  page(lobbyId: string, before: string | null, limit: number): Promise<LobbyPage | null>;
  close(): Promise<void>;
}
