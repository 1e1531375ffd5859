/**
 * What has changed between two JSON values of which the second was made from the first: parts that are the same
 * object are not looked into, and a list that only grew costs what was added. Applied to the first it gives the second.
 */
export type Patch =
  | { readonly set: unknown }
  /** Of an object: what has changed in its fields, and the fields that are gone. */
  | { readonly fields: Readonly<Record<string, Patch>>; readonly gone?: readonly string[] }
  /** Of a list: so many items stay at its beginning, these follow. */
  | { readonly keep: number; readonly add: readonly unknown[] };

/** null where nothing has changed. What is `undefined` is not there, as in JSON. */
export function patchOf(before: unknown, after: unknown): Patch | null {
  if (before === after) return null;
  if (Array.isArray(before) && Array.isArray(after)) return patchOfList(before, after);
  if (isObject(before) && isObject(after)) return patchOfObject(before, after);
  return { set: after };
}

export function patched(before: unknown, patch: Patch | null): unknown {
  if (patch === null) return before;
  if ("set" in patch) return patch.set;
  if ("keep" in patch) return [...(before as readonly unknown[]).slice(0, patch.keep), ...patch.add];
  // By entries: a field may have any name, `__proto__` too.
  const fields = new Map(Object.entries(before as object));
  for (const name of patch.gone ?? []) fields.delete(name);
  for (const [name, change] of Object.entries(patch.fields))
    fields.set(name, patched(fields.get(name), change));
  return Object.fromEntries(fields);
}

function patchOfList(before: readonly unknown[], after: readonly unknown[]): Patch | null {
  let keep = 0;
  while (keep < before.length && keep < after.length && before[keep] === after[keep]) keep += 1;
  return keep === before.length && keep === after.length ? null : { keep, add: after.slice(keep) };
}

function patchOfObject(before: JsonObject, after: JsonObject): Patch | null {
  const changed: [string, Patch][] = [];
  let common = 0;
  for (const name of Object.keys(after)) {
    const value = after[name];
    if (value === undefined) continue;
    const known = valueOf(before, name);
    if (known !== undefined) common += 1;
    const patch = known === value ? null : patchOf(known, value);
    if (patch !== null) changed.push([name, patch]);
  }
  const names = Object.keys(before);
  const gone =
    common === names.length
      ? []
      : names.filter((name) => before[name] !== undefined && valueOf(after, name) === undefined);
  if (changed.length === 0 && gone.length === 0) return null;
  const fields = Object.fromEntries(changed);
  return gone.length === 0 ? { fields } : { fields, gone };
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Not what objects have by birth. */
function valueOf(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
