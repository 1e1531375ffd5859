/** Zero or one no-break space: what makes a sentence that equals the last one a change all the same (F35). */
const mark = "\u00a0";

/** The text that a live region shall have next, so that `sentence` is read out exactly once. */
export function nextAnnouncement(current: string, sentence: string): string {
  return current === sentence ? sentence + mark : sentence;
}
