/** The script of a room's page: the board, on the page's one live connection. */
import "./register.ts";
import { openRoomFeed } from "../../../sockets/room-feed.ts";
import { pageClient, type PageClient } from "../../client.ts";
import { followMyFriends } from "../../people/my-people.ts";
import { asBoardEvent } from "./board.ts";
import { BiggerDiceGame } from "./bigger-dice-game.ts";
import type { RoomConnection } from "./room-connection.ts";

function connectionOver(client: PageClient): RoomConnection {
  return {
    serverNow: () => client.serverNow(),
    onState: (listener) => client.onState(listener),
    follow(roomId, listener) {
      const feed = openRoomFeed(client, roomId, {
        onSnapshot: (room) => listener.onSnapshot(room),
        onEvent: (event) => listener.onEvent(asBoardEvent(event)),
        onGone: (reason) => listener.onGone(reason),
      });
      return () => feed.close();
    },
    // The feed hears the answer.
    resync: () => client.send("system.command.sync_state", {}),
    roll: (roomId, turn) => client.send("games.command.bigger_dice.roll", { roomId, turn }),
    leave: (roomId) => client.send("games.command.leave_room", { roomId }),
    say: (roomId, content) => client.send("games.command.player_chat", { roomId, content }),
    watch: (roomId) => client.send("games.command.spectate", { roomId }),
    stopWatching: (roomId) => client.tell("games.command.stop_spectating", { roomId }),
    sayToSpectators: (roomId, content) => client.send("games.command.spectator_chat", { roomId, content }),
    rematch: (roomId, clientSeed) => client.send("games.command.rematch", { roomId, clientSeed }),
  };
}

/** Those whose words are folded away (G7). */
function foldAwayTheBlocked(game: BiggerDiceGame): void {
  followMyFriends(({ blocked }) => {
    game.blocked = new Set(blocked.map(({ userId }) => userId));
  });
}

for (const game of document.querySelectorAll("bigger-dice-game")) {
  if (!(game instanceof BiggerDiceGame)) continue;
  game.connection ??= connectionOver(pageClient());
  foldAwayTheBlocked(game);
}
