/** What somebody chose for this browser. Where storage is blocked or full, it lasts as long as the page (F32). */

export interface KeptChoice<Value extends string> {
  read(): Value;
  keep(value: Value): void;
}

/** @param values the first is what holds until somebody chooses */
export function keptChoice<const Value extends string>(
  key: string,
  values: readonly [Value, ...Value[]],
): KeptChoice<Value> {
  let chosenHere: Value | null = null;
  return {
    read() {
      if (chosenHere !== null) return chosenHere;
      try {
        const stored = localStorage.getItem(key);
        return values.find((value) => value === stored) ?? values[0];
      } catch {
        return values[0]; // touching blocked storage throws
      }
    },
    keep(value) {
      chosenHere = value;
      try {
        localStorage.setItem(key, value);
      } catch {
        // Blocked or full: this page remembers.
      }
    },
  };
}
