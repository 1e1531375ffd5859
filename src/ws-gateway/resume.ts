/**
 * Whether a client that comes back can go on where it was, and with what (R3). It asks with its cursor and the
 * channels that it had open; what it may hear is decided by its token and its rooms, never by what it asks for.
 */
import type { Connection, PassedDirective } from "./connection.ts";
import type { SeenEvents } from "./duplicates.ts";
import type { SeenPositions } from "./positions.ts";
import { roomOf, type MissedQuery, type ReplayWindow } from "./replay-window.ts";
import type { EventLog, Positions } from "../event-log/port.ts";
import type { RoomMembership } from "../presence/port.ts";
import { audienceOf, eventTopics, type AudienceName, type Cursor, type UserId } from "../protocol/index.ts";

export interface ResumeRequest {
  readonly cursor: Cursor;
  /** Audiences by name, as the client remembers them. */
  readonly channels: readonly string[];
}

/** What a resume brings: the frames that were missed; null where it cannot be done and a snapshot is needed. */
export type Replay = {
  readonly frames: readonly string[];
  readonly channels: readonly AudienceName[];
} | null;

/** More than this at once would make a slow reader of a client that has just come back (H6). */
const maxReplayBytes = 256 * 1024;

export interface ResumeParts {
  readonly log: EventLog;
  readonly positions: SeenPositions;
  readonly window: ReplayWindow;
  readonly seen: SeenEvents;
}

export class Resume {
  readonly #parts: ResumeParts;

  constructor(parts: ResumeParts) {
    this.#parts = parts;
  }

  /** Whether the cursor belongs to this log: another epoch, or a place beyond the end, is of another one. */
  async isOfThisLog({ epoch, positions }: Cursor): Promise<boolean> {
    if (epoch !== this.#parts.log.epoch) return false;
    if (!this.#parts.positions.isBehind(positions)) return true;
    // Another gateway may simply have read further.
    const ends = await this.#parts.log.ends(eventTopics);
    return Object.entries(positions).every(([partition, offset]) => offset <= (ends[partition] ?? -1));
  }

  /** Call it in the turn that goes live, after the socket has its places. */
  replay(
    connection: Connection,
    userId: UserId,
    { cursor, channels }: ResumeRequest,
    memberships: readonly RoomMembership[],
    passed: readonly PassedDirective[],
  ): Replay {
    // An absent entry is not an empty one: presence may have lost what the client still knows.
    const isUnknown = (channel: string) => isRoom(channel) && connection.placedAt(channel) === undefined;
    if (channels.some(isUnknown)) return null;

    const open = channels.filter(isPublic);
    const queries: MissedQuery[] = [
      { audience: audienceOf.user(userId), fromOrder: 0 },
      ...open.map((audience) => ({ audience, fromOrder: 0 })),
    ];
    for (const audience of connection.audiences) {
      const query = this.#queryOf(audience, memberships, passed, cursor.positions);
      if (query === null) return null;
      queries.push(query);
    }
    const missed = this.#parts.window.missed(cursor.positions, queries, maxReplayBytes);
    return missed.kind === "covered" ? { frames: missed.frames, channels: open } : null;
  }

  /** A role's audience only from the moment at which the person had the role; null where that is not known here. */
  #queryOf(
    audience: AudienceName,
    memberships: readonly RoomMembership[],
    passed: readonly PassedDirective[],
    positions: Positions,
  ): MissedQuery | null {
    const membership = memberships.find(({ roomId }) => audience.startsWith(`${audienceOf.room(roomId)}:`));
    const directive = passed.findLast((each) => each.directive.audience === audience)?.directive;
    const since = directive?.seq ?? membership?.since;
    const room = roomOf(audience);
    if (since === undefined || room === null || room === audience) return { audience, fromOrder: 0 };
    const fromOrder = this.#parts.window.orderOfSeq(room, since);
    if (fromOrder !== null) return { audience, fromOrder };
    // It has happened and is forgotten: all that is left came later.
    if (this.#parts.seen.lastSeq(room) >= since) return { audience, fromOrder: 0 };
    // It happened before this gateway began to read, or is still on its way: what of it is the role's is not known.
    const all = { audience, fromOrder: 0 };
    const missed = this.#parts.window.missed(positions, [all], maxReplayBytes);
    return missed.kind === "covered" && missed.frames.length === 0 ? all : null;
  }
}

function isRoom(channel: string): channel is AudienceName {
  return channel.startsWith("room:");
}

function isPublic(channel: string): channel is AudienceName {
  return /^(lobby|rooms):[\w:-]{1,100}$/.test(channel);
}
