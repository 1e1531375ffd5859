/** Decisions that are about to be made, and what comes of them. */
import type { Claim, RoomDocument, Unit } from "../store/port.ts";
import type { WorkingSet } from "./working-set.ts";
import type { MembershipChange } from "../../presence/port.ts";
import type { NewRecord } from "../../event-log/port.ts";
import type { ErrorCode, Rejection, RoomId, RoomListing } from "../../protocol/index.ts";

/** A decision that is made of one room as it stands. */
export interface Plan {
  /** null: of none. */
  readonly roomId: RoomId | null;
  /**
   * Asked again where somebody else saved first. A promise only where it waits.
   * @param document the room as it stands; null where there is none
   */
  decide(document: RoomDocument | null, rooms: WorkingSet): Planned | Promise<Planned>;
}

export interface PlannedChange {
  readonly kind: "change";
  readonly unit: Unit;
  /** What is said once the unit is saved, in this order: places, the log, the lobby. */
  readonly memberships: readonly MembershipChange[];
  readonly records: readonly NewRecord[];
  readonly lobby: readonly LobbyChange[];
  /** What it means that another open room holds this claim of the unit. */
  claimed(claim: Claim, holder: RoomId, unit: Unit): Rejection;
  /** Where nothing but a refusal is saved: the records say it. */
  readonly remembers?: ErrorCode;
}

export type Planned =
  | PlannedChange
  /** Nothing changes; this is said, and places that presence may not know are mirrored before. */
  | {
      readonly kind: "answer";
      readonly records: readonly NewRecord[];
      readonly memberships?: readonly MembershipChange[];
      /** Where the records say a refusal again. */
      readonly repeats?: ErrorCode;
      /** Called once it has been said. */
      said?(): void;
    }
  /** Nothing changes; the caller says so, or tries something else. */
  | { readonly kind: "refused"; readonly rejection: Rejection };

export interface LobbyChange {
  readonly gameType: string;
  readonly roomId: RoomId;
  readonly seq: number;
  /** null: the lobby does not show it any more. */
  readonly listing: RoomListing | null;
}

export type PlanResult =
  { readonly kind: "done" } | { readonly kind: "refused"; readonly rejection: Rejection };

/** The code of the refusal that its sender is told; null where it is none. */
export function refusalIn(planned: Planned): ErrorCode | null {
  switch (planned.kind) {
    case "refused":
      return planned.rejection.code;
    case "change":
      return planned.remembers ?? null;
    case "answer":
      return planned.repeats ?? null;
  }
}
