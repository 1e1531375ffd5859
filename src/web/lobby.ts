/** A game's lobby. */
import { enhanceCreateRoom, enhanceJoinByName, enhanceQuickPlay } from "./elements/lobby-forms.ts";
import { LobbyChat } from "./elements/lobby-chat.ts";
import { MessageForm } from "./elements/message-form.ts";
import { RoomList } from "./elements/room-list.ts";

customElements.define("room-list", RoomList);
customElements.define("message-form", MessageForm);
customElements.define("lobby-chat", LobbyChat);

const lobby = document.querySelector<HTMLElement>("[data-lobby]");
const slug = lobby?.dataset["lobby"];
if (lobby !== null && slug !== undefined) {
  const quickPlay = lobby.querySelector<HTMLElement>("[data-quick-play]");
  if (quickPlay !== null) enhanceQuickPlay(slug, quickPlay);

  const createForm = lobby.querySelector<HTMLFormElement>("[data-create-room]");
  if (createForm !== null) enhanceCreateRoom(slug, createForm);

  const joinForm = lobby.querySelector<HTMLFormElement>("[data-join-by-name]");
  const list = lobby.querySelector("room-list");
  if (joinForm !== null)
    enhanceJoinByName(slug, joinForm, () => (list instanceof RoomList ? list.rooms : []));
}
