/** The client library: connect, authenticate, send, listen; in browsers, Bun and Node. */
export { createSocketClient, type SocketClientOptions } from "./client.ts";
export { openChatsFeed, type ChatEntry, type ChatsFeedOptions } from "./chats-feed.ts";
export { openLobbyFeed, type LobbyFeed, type LobbyFeedHandlers } from "./lobby-feed.ts";
export { systemClock, type Clock } from "./clock.ts";
export { browserPage, type PageSignal, type PageSignals } from "./page-signals.ts";
export {
  openPrivateChatFeed,
  type PrivateChatFeed,
  type PrivateChatHandlers,
  type PrivateChatOptions,
  type PrivatePage,
} from "./private-chat-feed.ts";
export { CommandRefused } from "./refusal.ts";
export { openRoomFeed, type GoneReason, type RoomFeed, type RoomFeedHandlers } from "./room-feed.ts";
export { openRoomList } from "./room-list.ts";
export type { SocketConstructor, SocketLike } from "./socket-like.ts";
export { fetchToken, TokenUnavailable, type SocketToken } from "./token.ts";
export type * from "./types.ts";
