/** A store without room holds up nobody but those whose messages it cannot take. */
import type { Answers, Asked } from "../../event-log/answers.ts";
import type { NewRecord } from "../../event-log/port.ts";
import { StoreFull } from "../../protocol/index.ts";

/** null where the store has no room; then nothing was saved. */
export async function orNull<Saved>(saving: Promise<Saved>): Promise<Saved | null> {
  try {
    return await saving;
  } catch (error) {
    if (error instanceof StoreFull) return null;
    throw error;
  }
}

export function noRoom(answers: Answers, asked: Asked): NewRecord {
  return answers.refusal(asked, { code: "UNAVAILABLE" }, asked.record.key);
}
