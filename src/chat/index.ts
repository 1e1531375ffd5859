/** The public face of chat. Adapters of its stores are for `main` alone. */
export type { ChatFace, LobbyHistory, LobbyHistoryLookup } from "./face.ts";
export { createLobbyChat, type LobbyChat, type LobbyChatParts } from "./service/lobby-chat.ts";
export type { LobbyStore } from "./store/lobby/port.ts";
