/**
 * What happens to a room. `payload` travels (with `roomId` and `seq`); `hidden` is saved beside it, so that the
 * events alone give the room again, and never leaves the platform.
 */
import type { GameMessage, GameResult } from "../game.ts";
import type { Newcomer } from "./room.ts";
import type { RoomId, UserId } from "../../protocol/index.ts";

export interface TurnTaken {
  readonly playerId: UserId;
  readonly timedOut: boolean;
}

export type RoomEventBody =
  | {
      readonly kind: "room_created";
      readonly payload: {
        readonly roomName: string;
        readonly gameType: string;
        readonly hostId: UserId;
        readonly serverSeedHash: string;
      };
      readonly hidden: { readonly roomId: RoomId; readonly serverSeed: string; readonly host: Newcomer };
    }
  | {
      readonly kind: "player_joined";
      readonly payload: { readonly playerId: UserId; readonly playerName: string };
      readonly hidden: { readonly newcomer: Newcomer };
    }
  | {
      readonly kind: "game_started";
      readonly payload: {
        readonly players: readonly { readonly id: UserId; readonly name: string; readonly guest: boolean }[];
        readonly firstTurn: UserId;
        readonly turn: number;
        /** ISO-8601. */
        readonly turnDeadline: string | null;
        readonly serverSeedHash: string;
        readonly clientSeeds: Readonly<Record<UserId, string>>;
      };
    }
  | {
      /** An event of the game itself; its payload with the platform's turn clock. */
      readonly kind: "game_event";
      readonly type: string;
      readonly payload: GameMessage["payload"] & { readonly turnDeadline: string | null };
      /** The turn that was taken, and whether it was let run out; null for what follows from it. */
      readonly hidden: { readonly turn: TurnTaken | null };
    }
  | {
      readonly kind: "game_over";
      readonly type: string;
      readonly payload: GameResult & {
        readonly winnerName: string | null;
        readonly serverSeed: string;
        readonly clientSeeds: Readonly<Record<UserId, string>>;
      };
    }
  | {
      readonly kind: "player_disconnected";
      /** `deadline`: ISO-8601. */
      readonly payload: { readonly playerId: UserId; readonly deadline: string };
      readonly hidden: { readonly stamp: number };
    }
  | {
      readonly kind: "player_reconnected";
      /** The clock of the open turn: a fresh one where it is this player's. */
      readonly payload: { readonly playerId: UserId; readonly turnDeadline: string | null };
      readonly hidden: { readonly stamp: number };
    }
  | { readonly kind: "player_left"; readonly payload: { readonly playerId: UserId } }
  | { readonly kind: "room_closed"; readonly payload: { readonly reason: "host_left" | "host_away" } }
  | {
      readonly kind: "rematch_offered";
      readonly payload: { readonly playerId: UserId };
      readonly hidden: { readonly clientSeed: string };
    }
  | { readonly kind: "rematch_started"; readonly payload: { readonly newRoomId: RoomId } }
  | { readonly kind: "rematch_closed"; readonly payload: Readonly<Record<string, never>> };

export type RoomEvent = RoomEventBody & {
  /** Contiguous for each room, from 1 (W3). */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
};

/** The type that the event has on the wire. */
export function wireTypeOf(event: RoomEventBody): string {
  return event.kind === "game_event" || event.kind === "game_over" ? event.type : `games.event.${event.kind}`;
}
