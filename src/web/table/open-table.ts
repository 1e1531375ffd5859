/** Puts a game's elements on a room's page, and the game on the page's one live connection. */
import { openRoomFeed } from "../../sockets/room-feed.ts";
import { pageClient, type PageClient } from "../client.ts";
import { followMyFriends } from "../people/my-people.ts";
import { define } from "./register.ts";
import type { RoomConnection } from "./room-connection.ts";
import { TableElement } from "./table-element.ts";

/** @param elements the game's own, by tag: its parts first, the game itself last */
export function openTable(elements: Readonly<Record<string, CustomElementConstructor>>): void {
  define(elements);
  for (const tag of Object.keys(elements)) {
    for (const table of document.querySelectorAll(tag)) {
      if (!(table instanceof TableElement)) continue;
      table.connection ??= connectionOver(pageClient());
      // Those whose words are folded away (G7).
      followMyFriends(({ blocked }) => {
        table.blocked = new Set(blocked.map(({ userId }) => userId));
      });
    }
  }
}

function connectionOver(client: PageClient): RoomConnection {
  // The element's `move` has checked the payload against the game's own declarations.
  const games = client as unknown as { send(type: string, payload: object): Promise<unknown> };
  return {
    serverNow: () => client.serverNow(),
    onState: (listener) => client.onState(listener),
    follow(roomId, listener) {
      const feed = openRoomFeed(client, roomId, listener);
      return () => feed.close();
    },
    // The feed hears the answer.
    resync: () => client.send("system.command.sync_state", {}),
    play: (type, payload) => games.send(type, payload),
    leave: (roomId) => client.send("games.command.leave_room", { roomId }),
    say: (roomId, content) => client.send("games.command.player_chat", { roomId, content }),
    watch: (roomId) => client.send("games.command.spectate", { roomId }),
    stopWatching: (roomId) => client.tell("games.command.stop_spectating", { roomId }),
    sayToSpectators: (roomId, content) => client.send("games.command.spectator_chat", { roomId, content }),
    rematch: (roomId, clientSeed) => client.send("games.command.rematch", { roomId, clientSeed }),
  };
}
