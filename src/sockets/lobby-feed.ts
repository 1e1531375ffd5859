/** A lobby's chat as a page shows it: the last messages, those that come, and older ones that are asked for. */
import type { AnySocketClient } from "./types.ts";
import type { LobbyMessageView } from "../protocol/index.ts";

export interface LobbyFeed {
  /** Takes in a page of older messages, as HTTP answers it. */
  addOlder(messages: readonly LobbyMessageView[], nextBefore: string | null): void;
  close(): void;
}

export interface LobbyFeedHandlers {
  /** All that is known, in order, without a repetition; `nextBefore` asks for what is older, null where nothing is. */
  onMessages(messages: readonly LobbyMessageView[], nextBefore: string | null): void;
  /** There is no such lobby, or this person may not see it. */
  onRefused?(reason: unknown): void;
}

/** Messages kept on a page; older ones can be asked for again. */
const mostKept = 2_000;

/**
 * Joins on this socket, and again after each reconnect that could not be resumed. Positions have no holes: where a
 * live one comes that is not the next, the last messages are asked for again.
 */
export function openLobbyFeed(
  client: AnySocketClient,
  lobbyId: string,
  { onMessages, onRefused = () => undefined }: LobbyFeedHandlers,
): LobbyFeed {
  const byPosition = new Map<number, LobbyMessageView>();
  let nextBefore: string | null = null;
  let newest = 0;
  let isLive = false;
  let isJoining = false;
  let isClosed = false;
  let endChannel: (() => void) | null = null;

  function take(messages: readonly LobbyMessageView[]): void {
    for (const message of messages) {
      byPosition.set(message.position, message);
      newest = Math.max(newest, message.position);
    }
    const all = [...byPosition.values()].toSorted((one, other) => one.position - other.position);
    for (const { position } of all.slice(0, -mostKept)) byPosition.delete(position);
    if (!isClosed) onMessages(all.slice(-mostKept), nextBefore);
  }

  function join(): void {
    if (isJoining) return;
    isJoining = true;
    client
      .send("chat.command.join_lobby", { lobbyId })
      .catch((reason: unknown) => {
        if (!isClosed) onRefused(reason);
      })
      .finally(() => {
        isJoining = false;
      });
  }

  /** A page of history that does not reach what is known: between the two something is missing. */
  function hearHistory(messages: readonly LobbyMessageView[], before: string | null): void {
    const [first] = messages;
    const older = [...byPosition.keys()].filter((position) => position < (first?.position ?? 0));
    const isApart = first !== undefined && older.length > 0 && !byPosition.has(first.position - 1);
    if (isApart) for (const position of older) byPosition.delete(position);
    if (isApart || older.length === 0) nextBefore = before;
    endChannel ??= client.keepOpen(`lobby:${lobbyId}`);
    take(messages);
  }

  const stopListening = [
    client.onAny((event) => {
      if (event["lobbyId"] !== lobbyId) return;
      if (event.type === "chat.event.lobby_history") {
        // Declared so.
        hearHistory(event["messages"] as readonly LobbyMessageView[], event["nextBefore"] as string | null);
      } else if (event.type === "chat.event.lobby_message") {
        const message = event as unknown as LobbyMessageView;
        if (newest > 0 && message.position > newest + 1) join();
        take([message]);
      }
    }),
    client.onState((state) => {
      const wasLive = isLive;
      isLive = state.name === "live";
      const goesOn = state.name === "live" && state.resumed && endChannel !== null;
      if (isLive && !wasLive && !goesOn) join();
    }),
  ];

  return {
    addOlder(messages, before) {
      nextBefore = before;
      take(messages);
    },
    close() {
      isClosed = true;
      endChannel?.();
      for (const stop of stopListening) stop();
      if (client.state.name === "live") {
        client.send("chat.command.leave_lobby", { lobbyId }).catch(() => undefined);
      }
    },
  };
}
