/** The live list of a game's rooms. The server draws it first; from then on the browser does. */
import { html, LitElement, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { RoomListing } from "../../protocol/room-shapes.ts";
import { openRoomList } from "../../sockets/room-list.ts";
import type { Refusal } from "../../sockets/types.ts";
import { followPageClient } from "../client.ts";
import { keepFocus } from "./kept-focus.ts";
import { noOneWaiting } from "./empty-rooms.ts";
import { isElsewhere } from "./one-press.ts";
import { showRefusal } from "./refusal-box.ts";
import { roomIdHere } from "./room-id.ts";
import { inOrder, roomRow } from "./room-row.ts";
import { newClientSeed } from "../seed-memory.ts";
import { takeSeat } from "./take-seat.ts";
import { viewerHere } from "./viewer-here.ts";

/** How often "3 minutes ago" is looked at again. */
const agoMs = 30_000;

/** `<room-list game-type="bigger_dice" rooms="[…]" own-rooms="id id" picture="/assets/…">` */
export class RoomList extends LitElement {
  static override properties = {
    gameType: { attribute: "game-type" },
    rooms: { type: Array },
    ownRooms: { attribute: "own-rooms" },
    picture: {},
    refused: { state: true },
  };
  declare gameType: string;
  declare rooms: readonly RoomListing[];
  declare ownRooms: string;
  declare picture: string;
  /** The last refusal, shown at its room, or above the list where that is gone. */
  declare refused: { readonly roomId: string; readonly box: HTMLElement } | null;
  #stop: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    keepFocus(this, () => this.focus({ preventScroll: true }));
    this.gameType = "";
    this.rooms = [];
    this.ownRooms = "";
    this.picture = "";
    this.refused = null;
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = -1;
    this.addEventListener("click", this.#onClick);
    this.addEventListener("keydown", this.#onKeydown);
    this.#stop = followPageClient((client) =>
      openRoomList(client, this.gameType, (rooms) => {
        this.rooms = rooms;
      }),
    );
    this.#timer = setInterval(() => this.requestUpdate(), agoMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("click", this.#onClick);
    this.removeEventListener("keydown", this.#onKeydown);
    this.#stop?.();
    clearInterval(this.#timer);
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  };

  readonly #onClick = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest("a[data-join]") : null;
    const roomId = link?.getAttribute("data-join");
    // Opened elsewhere, the link shows the room and takes no seat.
    if (link === null || roomId === null || roomId === undefined || isElsewhere(event)) return;
    event.preventDefault();
    if (event.detail > 1 || link.getAttribute("aria-disabled") === "true") return;
    link.setAttribute("aria-disabled", "true");
    void this.#join(roomId).finally(() => link.removeAttribute("aria-disabled"));
  };

  async #join(roomId: string): Promise<void> {
    this.refused = null;
    const outcome = await takeSeat(this.gameType, "games.command.join_room", {
      roomId: roomIdHere(roomId),
      // G6: the list has shown this room's seal, so the seed may go.
      clientSeed: newClientSeed(),
    });
    if (typeof outcome === "object") this.#refuse(roomId, outcome);
  }

  #refuse(roomId: string, refusal: Refusal): void {
    const box = document.createElement("div");
    box.className = "refusal";
    showRefusal(box, refusal, { slug: this.gameType, roomId });
    this.refused = { roomId, box };
  }

  protected override render(): unknown {
    const listed = inOrder(this.rooms);
    const { refused } = this;
    const context = {
      now: Date.now(),
      ownRoomIds: this.#ownRoomIds(),
      below: (roomId: string) => (refused?.roomId === roomId ? refused.box : ""),
    };
    const isListed = listed.some(({ roomId }) => roomId === refused?.roomId);
    return html`<div class="rooms">
      ${refused !== null && !isListed ? refused.box : nothing}
      ${listed.some(({ status }) => status === "waiting") ? nothing : noOneWaiting(html, this.picture)}
      ${
        listed.length === 0
          ? nothing
          : html`<ul class="rooms" role="list">
              ${repeat(
                listed,
                ({ roomId }) => roomId,
                (room) => roomRow(html, room, context),
              )}
            </ul>`
      }
    </div>`;
  }

  /** The server knows in which rooms the viewer sits; a room that was opened since then names its host. */
  #ownRoomIds(): ReadonlySet<string> {
    const viewer = viewerHere();
    const hosted = this.rooms.filter(({ hostId }) => hostId === viewer).map(({ roomId }) => roomId);
    return new Set([...this.ownRooms.split(" "), ...hosted]);
  }
}
