/** The games there are, and the chat for everybody. */
import { LobbyChat } from "./elements/lobby-chat.ts";
import { MessageForm } from "./elements/message-form.ts";

customElements.define("message-form", MessageForm);
customElements.define("lobby-chat", LobbyChat);
