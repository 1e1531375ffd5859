/** The way back to a room, in one template for the server and the browser (see room-row.ts). */
import type { RoomStatus } from "../../protocol/room-shapes.ts";
import type { TemplateTag } from "./template-tag.ts";

export interface OpenRoom {
  readonly roomId: string;
  readonly roomName: string;
  readonly gameType: string;
  readonly gameName: string;
  readonly status: RoomStatus;
}

export interface RoomBarState {
  /** Whether buttons do something here: not on the server. */
  readonly live: boolean;
  readonly asking: boolean;
  readonly refusal: string;
}

export function roomBar(html: TemplateTag, room: OpenRoom, state: RoomBarState): unknown {
  const waiting = room.status === "waiting";
  return html`<section class="bar" aria-label="Your game" data-open-room="${room.roomId}">
    <div class="frame">
      <p>
        ${waiting ? "Your room" : "Your game"} <strong><bdi>${room.roomName}</bdi></strong> (${room.gameName})
        ${waiting ? "is waiting for an opponent." : "is being played."}
        ${state.refusal === "" ? "" : html`<span class="danger">${state.refusal}</span>`}
      </p>
      <div class="buttons">
        <a class="button button-primary" href="/games/${room.gameType}/play/${room.roomId}">
          ${waiting ? "Go to your room" : "Back to your game"}
        </a>
        ${state.live ? leaving(html, waiting, state.asking) : ""}
      </div>
    </div>
  </section>`;
}

function leaving(html: TemplateTag, waiting: boolean, asking: boolean): unknown {
  if (waiting) return html`<button class="button" type="button" data-do="leave">Close the room</button>`;
  if (!asking) return html`<button class="button" type="button" data-do="ask">Give up</button>`;
  return html`<button class="button" type="button" data-do="leave">Yes, give up and lose</button>
    <button class="button" type="button" data-do="stay">No, go on</button>`;
}
