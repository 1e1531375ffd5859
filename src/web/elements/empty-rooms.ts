/** What a lobby without rooms says: on the server and in the browser. */
import type { TemplateTag } from "./template-tag.ts";

export function noOneWaiting(html: TemplateTag, pictureUrl: string): unknown {
  return html`<div class="empty">
    <img src="${pictureUrl}" alt="" width="160" height="100" />
    <strong>No one is waiting</strong>
    <p class="muted">Open a room or press Quick play: whoever comes next sits down with you.</p>
  </div>`;
}
