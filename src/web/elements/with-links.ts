/** Text in which addresses can be followed. Everything else is shown as it was written. */
import { html, type TemplateResult } from "lit";

/** What stands at its end belongs to the sentence, not to the address. */
const address = /https?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}»”]/gu;

export function withLinks(text: string): readonly (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const [found] = match;
    if (!URL.canParse(found)) continue;
    parts.push(text.slice(end, match.index));
    parts.push(html`<a href=${found} target="_blank" rel="noopener noreferrer nofollow ugc">${found}</a>`);
    end = match.index + found.length;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== "");
}
