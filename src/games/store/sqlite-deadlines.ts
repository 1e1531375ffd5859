/**
 * When rooms in play want to be looked at, in memory: every move changes it. What a commit changes counts at once, and is
 * taken back where the commit fails.
 */
import type { RoomId } from "../../protocol/index.ts";

export class SqliteDeadlines {
  /** Milliseconds since 1970. */
  readonly #dueAt = new Map<RoomId, number>();
  /** What this commit has changed, as it was, in order. */
  readonly #before: (readonly [RoomId, number | null])[] = [];

  /** @param dueAt null: never */
  set(roomId: RoomId, dueAt: number | null): void {
    const before = this.#dueAt.get(roomId) ?? null;
    if (before === dueAt) return;
    this.#before.push([roomId, before]);
    this.#put(roomId, dueAt);
  }

  /** Those that are not after `now`, in any order. */
  due(now: number): readonly (readonly [RoomId, number])[] {
    const due: [RoomId, number][] = [];
    // Looked through again and again, with tens of thousands in it: iterated it takes several times as long.
    this.#dueAt.forEach((dueAt, roomId) => {
      if (dueAt <= now) due.push([roomId, dueAt]);
    });
    return due;
  }

  committed(): void {
    this.#before.length = 0;
  }

  failed(): void {
    for (const [roomId, dueAt] of this.#before.toReversed()) this.#put(roomId, dueAt);
    this.#before.length = 0;
  }

  #put(roomId: RoomId, dueAt: number | null): void {
    if (dueAt === null) this.#dueAt.delete(roomId);
    else this.#dueAt.set(roomId, dueAt);
  }
}
