/**
 * Load, decide, save with a version check, append (S1): for a group of plans at once (S5). Where somebody else
 * saved a room first, the plans on that room are decided again, in their order.
 */
import type { Plan, Planned, PlanResult } from "./plan.ts";
import type { RoomMemory } from "./room-memory.ts";
import { WorkingSet, type AskedRooms } from "./working-set.ts";
import { roomsIn } from "../store/document.ts";
import type { RoomDocument, RoomStore, Unit, UnitResult } from "../store/port.ts";
import type { RoomId } from "../../protocol/index.ts";

export interface Publisher {
  /** Appends the tails of documents from the store, unless they are known to be in the log (S2). */
  publishTails(documents: readonly RoomDocument[]): Promise<void>;
  /** Says what was saved, in order. */
  publish(saved: readonly Planned[]): Promise<void>;
}

interface Decided {
  readonly index: number;
  readonly plan: Plan;
  readonly planned: Planned;
}

export interface Surroundings {
  readonly store: RoomStore;
  readonly publisher: Publisher;
  /** null where a load costs nothing. */
  readonly memory: RoomMemory | null;
}

const nothingAsked: AskedRooms = { roomIds: [], moves: new Set() };

const done: PlanResult = { kind: "done" };

/**
 * @param asked the rooms that the plans are known to ask for
 * @returns what became of each plan, in their order
 */
export async function runPlans(
  plans: readonly Plan[],
  { store, publisher, memory }: Surroundings,
  asked = nothingAsked,
): Promise<readonly PlanResult[]> {
  const results: PlanResult[] = plans.map(() => done);
  let open: readonly { index: number; plan: Plan }[] = plans.map((plan, index) => ({ index, plan }));
  while (open.length > 0) {
    const rooms = new WorkingSet(store, (documents) => publisher.publishTails(documents));
    await rooms.preload(asked, memory);
    const decided: Decided[] = [];
    for (const { index, plan } of open) {
      const planning = decide(plan, rooms);
      decided.push({ index, plan, planned: planning instanceof Promise ? await planning : planning });
    }
    const { toPublish, again } = await settle(decided, store, results, rooms);
    await publisher.publish(toPublish);
    if (memory !== null) remember(memory, toPublish);
    open = again;
  }
  return results;
}

function decide(plan: Plan, rooms: WorkingSet): Planned | Promise<Planned> {
  const document = plan.roomId === null ? null : rooms.get(plan.roomId);
  return document instanceof Promise ? decideOnLoaded(plan, document, rooms) : plan.decide(document, rooms);
}

async function decideOnLoaded(
  plan: Plan,
  loading: Promise<RoomDocument | null>,
  rooms: WorkingSet,
): Promise<Planned> {
  return plan.decide(await loading, rooms);
}

/** What is saved and said. */
function remember(memory: RoomMemory, published: readonly Planned[]): void {
  for (const planned of published) {
    if (planned.kind !== "change") continue;
    for (const { document } of planned.unit.writes) memory.put(document);
  }
}

async function settle(
  decided: readonly Decided[],
  store: RoomStore,
  results: PlanResult[],
  rooms: WorkingSet,
): Promise<{ toPublish: readonly Planned[]; again: readonly Decided[] }> {
  const units: Unit[] = [];
  for (const { planned } of decided) if (planned.kind === "change") units.push(planned.unit);
  const saved = units.length === 0 ? [] : await store.commit(units);
  const toPublish: Planned[] = [];
  const again: Decided[] = [];
  const proven = rooms.remembersAny ? roomsSaved(units, saved) : noRooms;
  // Only rooms that are asked for moves alone are remembered: a rematch's second room is none.
  const isDoubtful = ({ roomId }: Plan) =>
    roomId !== null && rooms.isRemembered(roomId) && !proven.has(roomId);
  const failed = new Set<RoomId>();
  let next = 0;
  for (const each of decided) {
    const { planned, index } = each;
    const result: UnitResult | undefined = planned.kind === "change" ? saved[next++] : undefined;
    const stands = result?.kind === "saved" || !(touchesAny(each, failed) || isDoubtful(each.plan));
    if (result?.kind === "conflict" || !stands) {
      // Not saved, or decided on a room that was not saved as it was assumed, or may not be as it is remembered.
      again.push(each);
      addTouched(failed, each);
    } else if (planned.kind === "refused") {
      results[index] = planned;
    } else if (planned.kind === "change" && result?.kind === "claimed") {
      results[index] = {
        kind: "refused",
        rejection: planned.claimed(result.claim, result.roomId, planned.unit),
      };
      addTouched(failed, each);
    } else {
      toPublish.push(planned);
    }
  }
  return { toPublish, again };
}

const noRooms: ReadonlySet<RoomId> = new Set();

/** The store took a change of them: they were as they were thought to be. */
function roomsSaved(units: readonly Unit[], results: readonly UnitResult[]): ReadonlySet<RoomId> {
  const rooms = new Set<RoomId>();
  for (const [index, { kind }] of results.entries()) {
    if (kind !== "saved") continue;
    for (const { document } of units[index]?.writes ?? []) rooms.add(document.room.roomId);
  }
  return rooms;
}

function touchesAny(decided: Decided, failed: ReadonlySet<RoomId>): boolean {
  return failed.size > 0 && touched(decided).some((roomId) => failed.has(roomId));
}

function addTouched(rooms: Set<RoomId>, decided: Decided): void {
  for (const roomId of touched(decided)) rooms.add(roomId);
}

/** The rooms that were looked at or changed, some of them twice. */
function touched({ plan, planned }: Decided): readonly RoomId[] {
  const changed = planned.kind === "change" ? roomsIn(planned.unit) : [];
  return plan.roomId === null ? changed : [plan.roomId, ...changed];
}
