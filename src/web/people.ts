/** Friends and private chats. */
import { MessageForm } from "./elements/message-form.ts";
import { ChatList } from "./people/chat-list.ts";
import { ChatPartner } from "./people/chat-partner.ts";
import { FriendsList } from "./people/friends-list.ts";
import { PrivateChat } from "./people/private-chat.ts";

customElements.define("message-form", MessageForm);
customElements.define("friends-list", FriendsList);
customElements.define("private-chat", PrivateChat);
customElements.define("chat-list", ChatList);
customElements.define("chat-partner", ChatPartner);
