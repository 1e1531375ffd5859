/** Quick play, opening a room, joining by name: server-drawn controls, made to work. */
import {
  countGraphemes,
  displayName,
  foldRoomName,
  refuseLine,
  roomNameLimits,
} from "../../protocol/text.ts";
import type { RoomListing } from "../../protocol/room-shapes.ts";
import { refusalOf } from "../../sockets/refusal.ts";
import type { Refusal } from "../../sockets/types.ts";
import { onPress, onSubmit } from "./one-press.ts";
import { hideRefusal, showRefusal } from "./refusal-box.ts";
import { newClientSeed } from "../seed-memory.ts";
import { takeSeat } from "./take-seat.ts";

type Outcome = "done" | "going_on";

export function enhanceQuickPlay(slug: string, root: HTMLElement): void {
  const button = root.querySelector<HTMLButtonElement>("button");
  const box = root.querySelector<HTMLElement>("[data-refusal]");
  if (button === null || box === null) return;
  onPress(button, async () => {
    hideRefusal(box);
    // Without a seed: nobody has seen the seal of the room that will be found (G6).
    const outcome = await takeSeat(slug, "games.command.quick_play", { gameType: slug });
    return settle(outcome, (refusal) => showRefusal(box, refusal, { slug }));
  });
}

export function enhanceCreateRoom(slug: string, form: HTMLFormElement): void {
  const field = roomNameField(slug, form);
  const count = form.querySelector<HTMLOutputElement>("[data-count]");
  if (field === null || count === null) return;

  function showCount(): void {
    if (field === null || count === null) return;
    const characters = countGraphemes(displayName(field.input.value));
    const { maxGraphemes } = roomNameLimits;
    count.value = `${characters} / ${maxGraphemes}`;
    count.toggleAttribute("data-over", characters > maxGraphemes);
  }

  field.input.addEventListener("input", () => {
    showCount();
    field.clear();
    const rejection = field.problem();
    // Said while typing; that a name is missing is said only when it is sent.
    if (rejection?.code === "TEXT_TOO_LONG") field.refuse(rejection, { quiet: true });
  });
  // The browser may have kept what was typed before a reload.
  showCount();

  onSubmit(form, async () => {
    field.clear();
    const problem = field.problem();
    if (problem !== null) {
      field.refuse(problem);
      return "done";
    }
    const outcome = await takeSeat(slug, "games.command.create_room", {
      gameType: slug,
      roomName: field.name(),
    });
    return settle(outcome, (refusal) => field.refuse(refusal));
  });
}

/** `roomsHere`: the rooms that the page shows at the moment. */
export function enhanceJoinByName(
  slug: string,
  form: HTMLFormElement,
  roomsHere: () => readonly RoomListing[],
): void {
  const field = roomNameField(slug, form);
  if (field === null) return;
  field.input.addEventListener("input", () => field.clear());

  onSubmit(form, async () => {
    field.clear();
    const problem = field.problem();
    if (problem !== null) {
      field.refuse(problem);
      return "done";
    }
    const wanted = foldRoomName(field.name());
    const listed = roomsHere().find(
      (room) => foldRoomName(room.roomName) === wanted && room.status !== "finished",
    );
    const outcome =
      listed === undefined
        ? await takeSeat(slug, "games.command.join_room", { roomName: field.name() })
        : // G6: its seal is on this page, so the seed may go.
          await takeSeat(slug, "games.command.join_room", {
            roomId: listed.roomId,
            clientSeed: newClientSeed(),
          });
    return settle(outcome, (refusal) => field.refuse(refusal, { roomId: listed?.roomId }));
  });
}

function settle(outcome: "going_on" | "busy" | Refusal, refuse: (refusal: Refusal) => void): Outcome {
  if (typeof outcome === "object") refuse(outcome);
  return outcome === "going_on" ? "going_on" : "done";
}

interface RefuseOptions {
  /** While typing: shown, but the focus is where it belongs already. */
  readonly quiet?: boolean;
  readonly roomId?: string | undefined;
}

interface RoomNameField {
  readonly input: HTMLInputElement;
  /** As it is sent. */
  name(): string;
  problem(): Refusal | null;
  /** At the field; what was written stays (W5). */
  refuse(refusal: Refusal, options?: RefuseOptions): void;
  clear(): void;
}

function roomNameField(slug: string, form: HTMLFormElement): RoomNameField | null {
  const input = form.querySelector("input");
  const box = form.querySelector<HTMLElement>("[data-refusal]");
  if (input === null || box === null) return null;
  const name = () => displayName(input.value);
  return {
    input,
    name,
    problem() {
      const rejection = refuseLine("roomName", name(), roomNameLimits);
      return rejection === null ? null : refusalOf(rejection.code, rejection.message);
    },
    refuse(refusal, { quiet = false, roomId } = {}) {
      input.setAttribute("aria-invalid", "true");
      showRefusal(box, refusal, { slug, ...(roomId === undefined ? {} : { roomId }) });
      if (!quiet) input.focus();
    },
    clear() {
      input.removeAttribute("aria-invalid");
      hideRefusal(box);
    },
  };
}
