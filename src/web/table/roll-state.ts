/** Whether a press of the button rolls now, and why not. Pure. */
import type { Presentation } from "./presentation.ts";
import { asText } from "./sentence.ts";
import { turnReason } from "./sentences.ts";
import type { UserId } from "../../protocol/ids.ts";

/** The second half of a double press must not be the first press of the next turn (F15). */
export const calmMs = 600;

export interface Press {
  readonly turn: number;
  /** In milliseconds, on the page's clock. */
  readonly at: number;
}

export type RollState =
  | { readonly kind: "ready"; readonly turn: number }
  /** It was pressed and the outcome is not shown yet. */
  | { readonly kind: "rolling" }
  /** `evident`: the board says the reason in its headline already. */
  | { readonly kind: "blocked"; readonly reason: string; readonly evident: boolean };

/**
 * @param lastPress the last press that was sent and not refused; null: none
 * @param offline why nothing can be sent now, as a sentence; null while the connection is live
 * @param now the page's clock, in milliseconds
 */
export function rollState(
  presentation: Presentation,
  me: UserId,
  lastPress: Press | null,
  offline: string | null,
  now: number,
): RollState {
  const { shown, truth, throwing } = presentation;
  const game = truth.game;
  if (game === null || truth.status !== "playing") {
    return { kind: "blocked", reason: "The game has not started yet.", evident: true };
  }
  if (throwing !== null) {
    return throwing.playerId === me
      ? { kind: "rolling" }
      : { kind: "blocked", reason: asText(turnReason(shown, me)), evident: true };
  }
  if (game.currentTurn !== me) {
    return { kind: "blocked", reason: asText(turnReason(truth, me)), evident: true };
  }
  if (lastPress !== null && (lastPress.turn === game.turn || now < lastPress.at + calmMs)) {
    return { kind: "rolling" };
  }
  if (offline !== null) return { kind: "blocked", reason: offline, evident: false };
  return { kind: "ready", turn: game.turn };
}
