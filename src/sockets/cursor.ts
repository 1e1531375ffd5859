/**
 * Where this client is in the log, and which public channels it has open (R3): what it gives back when it comes
 * again, so that the gateway can say what it missed.
 */
import type { AnyEventFrame } from "./types.ts";
import type { Cursor } from "../protocol/index.ts";

export interface ResumeRequest {
  readonly cursor: Cursor;
  readonly channels: readonly string[];
}

/** The protocol's own limit. */
const mostChannels = 20;

export class LogCursor {
  private epoch: string | null = null;
  private positions: Record<string, number> = {};
  /** How often each channel is open. */
  private readonly open = new Map<string, number>();

  /** Begins anew: what is behind is in the snapshot that is asked for now. */
  start(cursor: unknown): void {
    if (!isCursor(cursor)) return;
    this.epoch = cursor.epoch;
    this.positions = { ...cursor.positions };
  }

  /**
   * Every frame moves it: an event by its place, an answer to a heartbeat by the gateway's whole cursor, which
   * holds for all that came before it on this socket.
   */
  hear(frame: AnyEventFrame): void {
    if (frame.type === "system.heartbeat_ack") {
      const { cursor } = frame;
      if (isCursor(cursor) && cursor.epoch === this.epoch) this.renew(cursor.positions);
    } else if (typeof frame["at"] === "string") {
      const slash = frame["at"].lastIndexOf("/");
      const offset = Number(frame["at"].slice(slash + 1));
      if (slash > 0 && Number.isSafeInteger(offset)) this.renew({ [frame["at"].slice(0, slash)]: offset });
    }
  }

  /** Keeps a channel open over reconnects, until the function that it returns is called. */
  keepOpen(channel: string): () => void {
    this.open.set(channel, (this.open.get(channel) ?? 0) + 1);
    let isKept = true;
    return () => {
      if (!isKept) return;
      isKept = false;
      const count = (this.open.get(channel) ?? 1) - 1;
      if (count > 0) this.open.set(channel, count);
      else this.open.delete(channel);
    };
  }

  /** null before the first authentication, and where more is open than can be asked for. */
  request(): ResumeRequest | null {
    if (this.epoch === null || this.open.size > mostChannels) return null;
    return { cursor: { epoch: this.epoch, positions: this.positions }, channels: [...this.open.keys()] };
  }

  private renew(positions: Readonly<Record<string, number>>): void {
    for (const [partition, offset] of Object.entries(positions)) {
      if (offset > (this.positions[partition] ?? -1)) this.positions[partition] = offset;
    }
  }
}

function isCursor(value: unknown): value is Cursor {
  return (
    typeof value === "object" &&
    value !== null &&
    "epoch" in value &&
    typeof value.epoch === "string" &&
    "positions" in value &&
    typeof value.positions === "object" &&
    value.positions !== null
  );
}
