import Type from "typebox";

/** ISO-8601, UTC. */
export const TimeSchema = Type.String({ description: "ISO-8601, UTC" });
export const OptionalTimeSchema = Type.Union([TimeSchema, Type.Null()]);

/** What is done in one millisecond asks for the same text again and again. */
let last = { milliseconds: Number.NaN, text: "" };

export function isoTime(milliseconds: number): string {
  if (milliseconds !== last.milliseconds) {
    last = { milliseconds, text: new Date(milliseconds).toISOString() };
  }
  return last.text;
}

/** Milliseconds since 1970 from the platform's own ISO-8601 text. */
export function fromIsoTime(text: string): number {
  return Date.parse(text);
}

/** Whether it is time again for what is done every so often. A clock that was set back makes nobody wait for it. */
export function isTimeAgain(now: number, last: number, everyMs: number): boolean {
  return Math.abs(now - last) >= everyMs;
}
