import { html, type Html } from "./html.ts";

/** The chat of a lobby, below what the page is for. */
export function chatSection(lobbyId: string, label: string): Html {
  return html`<section class="chat panel" aria-labelledby="chat-heading">
    <h2 id="chat-heading">Chat</h2>
    <lobby-chat lobby="${lobbyId}" label="${label}">
      <noscript><p class="muted">The chat needs JavaScript.</p></noscript>
    </lobby-chat>
  </section>`;
}
