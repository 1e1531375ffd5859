/** The page of a room: the invitation beside the game, or the way in. The game itself is its own script. */
import "./elements/invite-link.ts";
import { followPageClient } from "./client.ts";
import { enhanceOutside } from "./elements/room-outside.ts";

const outside = document.querySelector<HTMLElement>("[data-outside]");
if (outside !== null) enhanceOutside(outside);

const invite = document.querySelector<HTMLElement>("[data-invite]");
const roomId = document.querySelector<HTMLElement>("[data-play]")?.dataset["play"];
if (invite !== null) hideWhenItBegins(invite);

/** The seat is taken, or the room gone: there is nobody to invite any more. */
function hideWhenItBegins(invitation: HTMLElement): void {
  followPageClient((client) => {
    const stops = [
      client.on("games.event.player_joined", (event) => hideFor(event.roomId)),
      client.on("games.event.room_closed", (event) => hideFor(event.roomId)),
      // It may have happened between the drawing of this page and its connection.
      client.on("system.event.state_snapshot", ({ gameStates }) => {
        for (const room of Object.values(gameStates)) if (room.status !== "waiting") hideFor(room.roomId);
      }),
    ];
    return () => stops.forEach((stop) => stop());
  });

  function hideFor(changedRoomId: string): void {
    if (changedRoomId !== roomId || invitation.hidden) return;
    const hadFocus = invitation.contains(document.activeElement);
    invitation.hidden = true;
    // Whoever was about to copy the link goes on at the game.
    if (hadFocus) document.querySelector<HTMLElement>("[data-play] [room-id]")?.focus();
  }
}
