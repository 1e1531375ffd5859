/** The bar that leads back to one's own game, kept true while the page is open (F13). */
import { html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { RoomSnapshot } from "../../protocol/room-shapes.ts";
import { CommandRefused } from "../../sockets/refusal.ts";
import type { AnyEventFrame } from "../../sockets/types.ts";
import { followPageClient, pageClient } from "../client.ts";
import { announce } from "./announce.ts";
import { keepFocus } from "./kept-focus.ts";
import { viewerHere } from "./viewer-here.ts";
import { roomIdHere } from "./room-id.ts";
import { roomBar, type OpenRoom } from "./room-bar.ts";

/**
 * `<open-rooms rooms='[…]' game-names='{…}' except="roomId">`, drawn by the server, taken over by the browser.
 * `except` is the room that the page itself shows.
 */
export class OpenRooms extends LitElement {
  static override properties = {
    rooms: { type: Array },
    gameNames: { type: Object, attribute: "game-names" },
    except: {},
    asking: { state: true },
    refusals: { state: true },
  };
  declare rooms: readonly OpenRoom[];
  declare gameNames: Readonly<Record<string, string>>;
  declare except: string;
  /** The room in play about which "Give up?" was asked. */
  declare asking: string | null;
  declare refusals: ReadonlyMap<string, string>;
  #stop: (() => void) | undefined;
  #leaving = new Set<string>();

  constructor() {
    super();
    this.rooms = [];
    this.gameNames = {};
    this.except = "";
    this.asking = null;
    this.refusals = new Map();
    keepFocus(this, () => document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true }));
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("click", this.#onClick);
    this.addEventListener("keydown", this.#onKeydown);
    this.#stop = followPageClient((client) => client.onAny((event) => this.#apply(event)), {
      open: this.rooms.length > 0,
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("click", this.#onClick);
    this.removeEventListener("keydown", this.#onKeydown);
    this.#stop?.();
  }

  #apply(event: AnyEventFrame): void {
    const { type, roomId, state } = event;
    if (typeof roomId !== "string") return;
    if (type === "games.event.room_closed" || type.endsWith(".game_over")) return this.#remove(roomId);
    const hasSnapshot =
      type === "games.event.room_created" ||
      type === "games.event.player_joined" ||
      type === "games.event.game_started";
    // These three carry the room's snapshot in `state` (design §5); the server made it by its schema.
    if (hasSnapshot) this.#put(state as RoomSnapshot);
  }

  #put(room: RoomSnapshot): void {
    if (room.roomId === this.except || room.status === "finished") return;
    if (!room.players.some((player) => player.id === viewerHere())) return;
    const { roomId, roomName, gameType, status } = room;
    const before = this.rooms.find((known) => known.roomId === roomId);
    const gameName = this.gameNames[gameType] ?? gameType;
    this.rooms = [
      ...this.rooms.filter((known) => known !== before),
      { roomId, roomName, gameType, gameName, status },
    ];
    if (before?.status === "waiting" && status === "playing")
      announce("Your opponent is here: the game begins.");
  }

  #remove(roomId: string): void {
    this.rooms = this.rooms.filter((room) => room.roomId !== roomId);
  }

  readonly #onClick = (event: Event): void => {
    const button = event.target instanceof Element ? event.target.closest("button[data-do]") : null;
    const bar = button?.closest("[data-open-room]");
    const room = this.rooms.find(({ roomId }) => roomId === bar?.getAttribute("data-open-room"));
    if (button === null || room === undefined) return;
    switch (button.getAttribute("data-do")) {
      case "ask":
        // Leaving a game in play always asks twice (G1).
        this.asking = room.roomId;
        void this.#focus(room.roomId, "stay");
        break;
      case "stay":
        this.#stay(room.roomId);
        break;
      case "leave":
        void this.#leave(room);
        break;
      default:
    }
  };

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.asking !== null) this.#stay(this.asking);
  };

  #stay(roomId: string): void {
    this.asking = null;
    void this.#focus(roomId, "ask");
  }

  async #focus(roomId: string, what: string): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>(`[data-open-room="${CSS.escape(roomId)}"] [data-do="${what}"]`)?.focus();
  }

  async #leave(room: OpenRoom): Promise<void> {
    if (this.#leaving.has(room.roomId)) return;
    this.#leaving.add(room.roomId);
    try {
      await pageClient().send("games.command.leave_room", { roomId: roomIdHere(room.roomId) });
      this.#remove(room.roomId);
      announce(room.status === "waiting" ? "The room is closed." : "You gave the game up.");
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
      this.refusals = new Map(this.refusals).set(room.roomId, error.message);
      announce(error.message);
    } finally {
      this.#leaving.delete(room.roomId);
      this.asking = null;
    }
  }

  protected override render(): unknown {
    return repeat(
      this.rooms.filter(({ roomId }) => roomId !== this.except),
      ({ roomId }) => roomId,
      (room) =>
        roomBar(html, room, {
          live: true,
          asking: this.asking === room.roomId,
          refusal: this.refusals.get(room.roomId) ?? "",
        }),
    );
  }
}
