/**
 * One room in a lobby's list. The server and the browser draw it from this one template: each hands in its own
 * `html` tag, so nothing in here may be more than text, quoted attributes and nested templates.
 */
import type { RoomListing } from "../../protocol/room-shapes.ts";
import { ago } from "./ago.ts";
import { avatar } from "./avatar.ts";
import type { TemplateTag } from "./template-tag.ts";

export interface RowContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The rooms that the viewer is in. */
  readonly ownRoomIds: ReadonlySet<string>;
  /** What else stands in a room's row: in the browser, a refusal. */
  readonly below?: (roomId: string) => unknown;
}

/** Waiting rooms first, the longest wait on top; then what is played; then the last few that are over. */
export function inOrder(rooms: Iterable<RoomListing>): readonly RoomListing[] {
  const all = [...rooms];
  const byStatus = (status: RoomListing["status"]) =>
    all
      .filter((room) => room.status === status)
      .sort((a, b) => compare(a.createdAt, b.createdAt) || compare(a.roomId, b.roomId));
  return [
    ...byStatus("waiting"),
    ...byStatus("playing").reverse(),
    ...byStatus("finished").slice(-5).reverse(),
  ];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const states: Readonly<Record<RoomListing["status"], string>> = {
  waiting: "Waiting",
  playing: "Playing",
  finished: "Over",
};

export function roomRow(html: TemplateTag, room: RoomListing, context: RowContext): unknown {
  return html`<li class="room" data-status="${room.status}" data-room-id="${room.roomId}">
    ${avatar(html, room.hostName)}
    <div class="room-text">
      <h3 class="room-name"><bdi>${room.roomName}</bdi></h3>
      <p class="room-facts">
        <span class="room-state">${states[room.status]}</span>
        <span><span class="visually-hidden">Host: </span><bdi>${room.hostName}</bdi></span>
        <span><time datetime="${room.createdAt}">${ago(room.createdAt, context.now)}</time></span>
        ${room.spectatorCount > 0 ? html`<span>${room.spectatorCount} watching</span>` : ""}
      </p>
      ${room.status === "waiting" ? seal(html, room.serverSeedHash) : ""}
    </div>
    ${wayIn(html, room, context)} ${context.below?.(room.roomId) ?? ""}
  </li>`;
}

function wayIn(html: TemplateTag, room: RoomListing, { ownRoomIds }: RowContext): unknown {
  const href = `/games/${room.gameType}/play/${room.roomId}`;
  const named = html`<span class="visually-hidden"> <bdi>${room.roomName}</bdi></span>`;
  if (ownRoomIds.has(room.roomId)) {
    const label = {
      waiting: "Your room: go back",
      playing: "Your game: go back",
      finished: "Your game: result",
    };
    return html`<a class="button" href="${href}">${label[room.status]}${named}</a>`;
  }
  switch (room.status) {
    case "waiting":
      return html`<a class="button button-primary" href="${href}" data-join="${room.roomId}"
        >Join${named}</a
      >`;
    case "playing":
      return html`<a class="button" href="${href}?watch">Watch${named}</a>`;
    case "finished":
      return html`<a class="button button-quiet" href="${href}">Result${named}</a>`;
  }
}

/** G6: shown before anyone joins, so that a seed sent afterwards cannot have been foreseen. */
function seal(html: TemplateTag, serverSeedHash: string): unknown {
  return html`<details class="room-seal">
    <summary>Fair-play seal <code>${serverSeedHash.slice(0, 8)}…</code></summary>
    <code>${serverSeedHash}</code>
  </details>`;
}
