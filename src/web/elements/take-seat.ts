/** Creating, joining, quick play: from the press to the page of the room. */
import type { AnyEventFrame, ConnectionState, Refusal } from "../../sockets/types.ts";
import { CommandRefused, refusalOf } from "../../sockets/refusal.ts";
import { rememberClientSeed } from "../seed-memory.ts";
import { pageClient, type PageClient, type PageMessages } from "../client.ts";
import { becomePlayer } from "./viewer-here.ts";

type SeatCommand = "games.command.create_room" | "games.command.join_room" | "games.command.quick_play";

/** How long a press waits for the live connection before it says that there is none (F34). */
const liveWithinMs = 10_000;

let busy = false;

/**
 * Takes a seat and goes to its page; resolves when the page is being left, or with the refusal. "busy": another
 * press on this page is still under way, and this one did nothing.
 */
export async function takeSeat<Type extends SeatCommand>(
  slug: string,
  type: Type,
  payload: PageMessages["commands"][Type],
): Promise<"going_on" | "busy" | CommandRefused> {
  if (busy) return "busy";
  busy = true;
  try {
    await becomePlayer();
    const client = pageClient();
    await becomeLive(client);
    const outcome = await client.send(type, payload);
    rememberSeed(outcome, payload);
    goToRoom(slug, outcome);
    return "going_on";
  } catch (error) {
    if (error instanceof CommandRefused) return error;
    throw error;
  } finally {
    busy = false;
  }
}

/** So that the check of the dice can say whether the seed that this person brought was used (G6). */
function rememberSeed({ roomId }: AnyEventFrame, payload: { readonly clientSeed?: string }): void {
  if (typeof roomId === "string" && payload.clientSeed !== undefined) {
    rememberClientSeed(roomId, payload.clientSeed);
  }
}

function goToRoom(slug: string, outcome: AnyEventFrame): void {
  const { roomId, gameType, state } = outcome;
  // A room that was joined by its name may be one of another game: the snapshot in `state` says which.
  const inState =
    typeof state === "object" && state !== null && "gameType" in state ? state.gameType : undefined;
  const roomSlug = [gameType, inState].find((known) => typeof known === "string") ?? slug;
  // Every outcome of these three names its room; without one, the page itself says where the person sits.
  if (typeof roomId === "string") location.assign(`/games/${roomSlug}/play/${roomId}`);
  else location.reload();
}

async function becomeLive(client: PageClient): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const refuse = () => reject(new CommandRefused(whyNot(client.state)));
  const timer = setTimeout(refuse, liveWithinMs);
  const stop = client.onState(({ name }) => {
    if (name === "live") resolve();
    else if (name !== "connecting" && name !== "reconnecting") refuse();
  });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    stop();
  }
}

function whyNot(state: ConnectionState): Refusal {
  if (state.name === "closed" || state.name === "signed_out") {
    const message = "This page belongs to a session that is over, so nothing was sent: load it again.";
    return { ...refusalOf("AUTH_FAILED", message), action: "reload" };
  }
  const why = "why" in state ? `${state.why} ` : "";
  const message = `There is no live connection, so nothing was sent. ${why}Press again when it is back.`;
  return refusalOf("UNAVAILABLE", message);
}
