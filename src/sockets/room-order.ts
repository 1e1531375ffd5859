/**
 * The order of one room's events, whatever order they come in (design §1, W3). A snapshot at seq n stands for the
 * events up to n; those after it follow one by one. Pure: it is given what arrives and says what to apply now.
 */
import type { AnyEventFrame } from "./types.ts";
import type { RoomSnapshot } from "../protocol/index.ts";

export type RoomStep =
  | { readonly kind: "snapshot"; readonly room: RoomSnapshot }
  | { readonly kind: "event"; readonly event: AnyEventFrame };

/** An event of the room, and the snapshot that it brings along, if any. */
export interface NumberedEvent {
  readonly event: AnyEventFrame;
  readonly seq: number;
  readonly snapshot: RoomSnapshot | null;
}

/** So many events in a hole are worth less than the snapshot that fills it. */
const mostBuffered = 1000;

export class RoomOrder {
  /** The last event that is applied, by itself or in a snapshot; null before the first snapshot. */
  private applied: number | null = null;
  private buffered = new Map<number, NumberedEvent>();

  /** True where only a snapshot, or an event that is still on its way, helps to go on. */
  get isWaiting(): boolean {
    return this.applied === null || this.buffered.size > 0;
  }

  get hasSnapshot(): boolean {
    return this.applied !== null;
  }

  takeSnapshot(room: RoomSnapshot): RoomStep[] {
    if (this.applied !== null && room.seq < this.applied) return [];
    this.applied = room.seq;
    return [{ kind: "snapshot", room }, ...this.takeBuffered()];
  }

  takeEvent(numbered: NumberedEvent): RoomStep[] {
    const { seq, snapshot } = numbered;
    if (this.applied !== null && seq <= this.applied) return [];
    if (this.applied !== null && seq === this.applied + 1) {
      return [...this.apply(numbered), ...this.takeBuffered()];
    }
    if (snapshot !== null) return this.takeSnapshot(snapshot);
    if (this.buffered.size >= mostBuffered) this.buffered.clear();
    this.buffered.set(seq, numbered);
    return [];
  }

  private takeBuffered(): RoomStep[] {
    const steps: RoomStep[] = [];
    for (const seq of this.buffered.keys()) {
      if (this.applied !== null && seq <= this.applied) this.buffered.delete(seq);
    }
    for (let next = this.takeNext(); next !== undefined; next = this.takeNext()) {
      steps.push(...this.apply(next));
    }
    return steps;
  }

  private takeNext(): NumberedEvent | undefined {
    if (this.applied === null) return undefined;
    const next = this.buffered.get(this.applied + 1);
    if (next !== undefined) this.buffered.delete(next.seq);
    return next;
  }

  /** The next event, and then the snapshot that it carries, since that says more. */
  private apply({ event, seq, snapshot }: NumberedEvent): RoomStep[] {
    this.applied = Math.max(seq, snapshot?.seq ?? seq);
    const step: RoomStep = { kind: "event", event };
    return snapshot === null || snapshot.seq < seq ? [step] : [step, { kind: "snapshot", room: snapshot }];
  }
}
