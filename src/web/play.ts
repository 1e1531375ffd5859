/** The page of a room: the invitation beside the game, or the way in. The game itself is its own script. */
import "./elements/invite-link.ts";
import { followPageClient } from "./client.ts";
import { enhanceOutside } from "./elements/room-outside.ts";

const outside = document.querySelector<HTMLElement>("[data-outside]");
if (outside !== null) enhanceOutside(outside);

const invite = document.querySelector<HTMLElement>("[data-invite]");
const roomId = document.querySelector<HTMLElement>("[data-play]")?.dataset["play"];
if (invite !== null) hideWhenItBegins(invite);

/** The seat is taken: there is nobody to invite any more. */
function hideWhenItBegins(invitation: HTMLElement): void {
  followPageClient((client) =>
    client.onAny((event) => {
      const begins = event.type === "games.event.player_joined" || event.type === "games.event.room_closed";
      if (begins && event["roomId"] === roomId) invitation.hidden = true;
    }),
  );
}
