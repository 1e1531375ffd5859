/** What pages may ask chat. */
import type { LobbyMessageView } from "../protocol/index.ts";

export interface LobbyHistory {
  /** Oldest first. */
  readonly messages: readonly LobbyMessageView[];
  readonly nextBefore: string | null;
}

export type LobbyHistoryLookup =
  | { readonly kind: "history"; readonly history: LobbyHistory }
  | { readonly kind: "unknown_lobby" }
  /** `before` is no message of this lobby that is kept. */
  | { readonly kind: "unknown_message" };

export interface ChatFace {
  /** @param limit from 1 to 100 */
  lobbyHistory(lobbyId: string, before: string | null, limit: number): Promise<LobbyHistoryLookup>;
}
