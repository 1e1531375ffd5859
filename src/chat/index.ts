/** The public face of chat. Adapters of its stores are for `main` alone. */
export type { ChatFace, LobbyHistory, LobbyHistoryLookup } from "./face.ts";
export { createChatService, type ChatService } from "./service/chat-service.ts";
export { createPrivateChat, type PrivateChat, type PrivateChatParts } from "./service/private-chat.ts";
export type { PrivateStore } from "./store/private/port.ts";
export { createLobbyChat, type LobbyChat, type LobbyChatParts } from "./service/lobby-chat.ts";
export type { LobbyStore } from "./store/lobby/port.ts";
