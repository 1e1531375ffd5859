/** A lobby's chat as a page shows it: the last messages, those that come, and older ones that are asked for. */
import { MessageLine } from "./message-line.ts";
import type { AnySocketClient } from "./types.ts";
import type { LobbyMessageView } from "../protocol/index.ts";

export interface LobbyFeed {
  /** Takes in a page of older messages, as HTTP answers it. */
  addOlder(messages: readonly LobbyMessageView[], nextBefore: string | null): void;
  close(): void;
}

export interface LobbyFeedHandlers {
  /** All that is known, in order, without a repetition and without a hole; `nextBefore` asks for what is older, null where nothing is. */
  onMessages(messages: readonly LobbyMessageView[], nextBefore: string | null): void;
  /** There is no such lobby, or this person may not see it. */
  onRefused?(reason: unknown): void;
}

/**
 * Joins on this socket, and again after each reconnect that could not be resumed. Where a live message comes that is
 * not the next one, the last messages are asked for again.
 */
export function openLobbyFeed(
  client: AnySocketClient,
  lobbyId: string,
  { onMessages, onRefused = () => undefined }: LobbyFeedHandlers,
): LobbyFeed {
  const line = new MessageLine<LobbyMessageView>();
  let isLive = false;
  let isJoining = false;
  let mustJoinAgain = false;
  let isClosed = false;
  let endChannel: (() => void) | null = null;

  function show(): void {
    if (!isClosed && line.isLoaded) onMessages(line.messages, line.nextBefore);
  }

  function join(): void {
    if (isJoining) {
      mustJoinAgain = true;
      return;
    }
    isJoining = true;
    mustJoinAgain = false;
    client
      .send("chat.command.join_lobby", { lobbyId })
      .catch((reason: unknown) => {
        if (!isClosed) onRefused(reason);
      })
      .finally(() => {
        isJoining = false;
        if (mustJoinAgain && line.isWaiting && isLive && !isClosed) join();
      });
  }

  const stopListening = [
    client.onAny((event) => {
      if (event["lobbyId"] !== lobbyId) return;
      if (event.type === "chat.event.lobby_history") {
        endChannel ??= client.keepOpen(`lobby:${lobbyId}`);
        // Declared so.
        line.takeNewest(
          event["messages"] as readonly LobbyMessageView[],
          event["nextBefore"] as string | null,
        );
      } else if (event.type === "chat.event.lobby_message") {
        line.takeLive(event as unknown as LobbyMessageView);
        if (line.isWaiting) join();
      } else {
        return;
      }
      show();
    }),
    client.onState((state) => {
      const wasLive = isLive;
      isLive = state.name === "live";
      const goesOn = state.name === "live" && state.resumed && !line.isWaiting;
      if (isLive && !wasLive && !goesOn) join();
    }),
  ];

  return {
    addOlder(messages, before) {
      line.takeOlder(messages, before);
      show();
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
