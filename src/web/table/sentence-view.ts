/** A sentence as it is drawn: each name on its own, so that its direction turns nothing around it. */
import { html, type TemplateResult } from "lit";
import type { Sentence } from "./sentence.ts";

export function view(sentence: Sentence): TemplateResult[] {
  return sentence.map((part) => (typeof part === "string" ? html`${part}` : html`<bdi>${part.name}</bdi>`));
}
