/** The page of a room for someone who is not in it: the seat, as long as it is free. */
import { openRoomList } from "../../sockets/room-list.ts";
import { followPageClient } from "../client.ts";
import { announce } from "./announce.ts";
import { onPress } from "./one-press.ts";
import { hideRefusal, showRefusal } from "./refusal-box.ts";
import { roomIdHere } from "./room-id.ts";
import { newClientSeed } from "../seed-memory.ts";
import { takeSeat } from "./take-seat.ts";

export function enhanceOutside(root: HTMLElement): void {
  const { outside: roomId, gameType: slug } = root.dataset;
  const button = root.querySelector<HTMLButtonElement>("button[data-join]");
  const box = root.querySelector<HTMLElement>("[data-refusal]");
  const panel = root.querySelector<HTMLElement>("[data-what-now]");
  if (roomId === undefined || slug === undefined || button === null || box === null || panel === null) return;

  let joining = false;
  onPress(button, async () => {
    hideRefusal(box);
    joining = true;
    const outcome = await takeSeat(slug, "games.command.join_room", {
      roomId: roomIdHere(roomId),
      // G6: this page has shown the room's seal, so the seed may go.
      clientSeed: newClientSeed(),
    });
    if (typeof outcome === "object") showRefusal(box, outcome, { slug });
    joining = outcome === "going_on";
    return outcome === "going_on" ? "going_on" : "done";
  });

  const stop = followPageClient((client) =>
    openRoomList(client, slug, (rooms) => {
      const room = rooms.find((listed) => listed.roomId === roomId);
      if (room?.status === "waiting" || joining) return;
      stop();
      showTaken(panel, slug, room === undefined ? "closed" : "full");
    }),
  );
}

/** Nobody should press a button that can only be refused (F13). */
function showTaken(panel: HTMLElement, slug: string, why: "full" | "closed"): void {
  const [heading, words] =
    why === "full"
      ? [
          "This room is full now",
          "Somebody was faster, and the game is on. You can watch, or find another seat in the lobby.",
        ]
      : ["This room is closed now", "Its host has left. There is another seat for you in the lobby."];
  const title = document.createElement("h2");
  title.textContent = heading;
  title.tabIndex = -1;
  const text = document.createElement("p");
  text.textContent = words;
  const link = document.createElement("a");
  link.className = "button button-primary";
  link.href = `/games/${slug}`;
  link.textContent = "To the lobby";
  const buttons = document.createElement("div");
  buttons.className = "buttons";
  buttons.append(link);
  if (why === "full") {
    const watch = document.createElement("a");
    watch.className = "button";
    watch.href = `${location.pathname}?watch`;
    watch.textContent = "Watch this game";
    buttons.append(watch);
  }
  const hadFocus = panel.contains(document.activeElement);
  panel.replaceChildren(title, text, buttons);
  // Whoever was about to press the button goes on where it says why there is none.
  if (hadFocus) title.focus();
  announce(`${heading}. ${words}`);
}
