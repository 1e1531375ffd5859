/**
 * Watching a room from this page. A person is one spectator however many tabs she watches in: the tab that is left
 * says so, and the others, which hear of it, ask again.
 */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { CommandRefused } from "../../sockets/refusal.ts";
import type { RoomId } from "../../protocol/ids.ts";
import { playAddress } from "./addresses.ts";
import type { RoomConnection } from "./room-connection.ts";

export interface RoomWatcherHandlers {
  /** null while this page does not watch, or cannot yet. */
  watched(): { readonly connection: RoomConnection; readonly slug: string; readonly roomId: RoomId } | null;
  /** Why there is nothing to see, in words. */
  onRefused(reason: string): void;
}

export class RoomWatcher implements ReactiveController {
  readonly #handlers: RoomWatcherHandlers;
  #isAsking = false;
  /** The room has been shown here, so there is something to go on with. */
  #hasWatched = false;
  #otherTabs: BroadcastChannel | null = null;

  constructor(host: ReactiveControllerHost, handlers: RoomWatcherHandlers) {
    this.#handlers = handlers;
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener("pagehide", this.#stop);
    window.addEventListener("pageshow", this.#goOn);
    this.#otherTabs = new BroadcastChannel("stopped watching");
    this.#otherTabs.addEventListener("message", ({ data }) => {
      if (data === this.#handlers.watched()?.roomId) this.#goOn();
    });
  }

  hostDisconnected(): void {
    window.removeEventListener("pagehide", this.#stop);
    window.removeEventListener("pageshow", this.#goOn);
    this.#otherTabs?.close();
  }

  /** Asks for the room as spectators see it; whoever plays there is shown her own seat instead. */
  async ask(): Promise<void> {
    const watched = this.#handlers.watched();
    if (watched === null || this.#isAsking) return;
    this.#isAsking = true;
    try {
      await watched.connection.watch(watched.roomId);
      this.#hasWatched = true;
    } catch (error) {
      if (!(error instanceof CommandRefused)) throw error;
      if (error.code === "ALREADY_IN_ROOM") location.replace(playAddress(watched.slug, watched.roomId));
      this.#handlers.onRefused(error.message);
    } finally {
      this.#isAsking = false;
    }
  }

  readonly #goOn = (): void => {
    if (this.#hasWatched) void this.ask();
  };

  readonly #stop = (): void => {
    const watched = this.#handlers.watched();
    if (watched === null) return;
    watched.connection.stopWatching(watched.roomId);
    this.#otherTabs?.postMessage(watched.roomId);
  };
}
