/** The games there are, and the chat for everybody. */
import { LobbyChat } from "./elements/lobby-chat.ts";

customElements.define("lobby-chat", LobbyChat);
