/** A score to ten, as suns that rise one by one. */
import { css, html, type TemplateResult } from "lit";
import { winningScore } from "./board.ts";

/** The number beside it is what is read out; the suns are for the eye. */
export function sunTrack(score: number): TemplateResult {
  return html`<span class="suns" aria-hidden="true">
    ${Array.from({ length: winningScore }, (_, index) => html`<i ?data-risen=${index < score}></i>`)}
  </span>`;
}

export const sunTrackStyles = css`
  .suns {
    display: grid;
    grid-template-columns: repeat(10, 1fr);
    gap: 0.18rem;
  }

  .suns i {
    aspect-ratio: 1;
    max-width: 1.15rem;
    border: 1.5px solid var(--edge, #93785c);
    border-radius: 50%;
    forced-color-adjust: none;
  }

  .suns i[data-risen] {
    border-color: color-mix(in srgb, var(--seat), black 15%);
    background: radial-gradient(
      circle at 35% 30%,
      color-mix(in srgb, var(--seat), white 45%),
      var(--seat) 70%
    );
  }

  @media (forced-colors: active) {
    .suns i {
      border-color: CanvasText;
    }
    .suns i[data-risen] {
      background: Highlight;
    }
  }
`;
