import Type from "typebox";

/** ISO-8601, UTC. */
export const TimeSchema = Type.String({ description: "ISO-8601, UTC" });
export const OptionalTimeSchema = Type.Union([TimeSchema, Type.Null()]);

interface Time {
  readonly milliseconds: number;
  readonly text: string;
}

/** What is done in one millisecond asks for the same texts again and again: that of now, and of a clock's end. */
let last: Time = { milliseconds: Number.NaN, text: "" };
let lastButOne = last;

export function isoTime(milliseconds: number): string {
  if (milliseconds === last.milliseconds) return last.text;
  if (milliseconds === lastButOne.milliseconds) return lastButOne.text;
  return remember({ milliseconds, text: new Date(milliseconds).toISOString() }).text;
}

/** Milliseconds since 1970 from the platform's own ISO-8601 text. */
export function fromIsoTime(text: string): number {
  if (text === last.text) return last.milliseconds;
  if (text === lastButOne.text) return lastButOne.milliseconds;
  return Date.parse(text);
}

function remember(time: Time): Time {
  lastButOne = last;
  last = time;
  return time;
}

/** Whether it is time again for what is done every so often. A clock that was set back makes nobody wait for it. */
export function isTimeAgain(now: number, last: number, everyMs: number): boolean {
  return Math.abs(now - last) >= everyMs;
}
