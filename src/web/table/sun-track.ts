/** A score as ten suns that rise one by one, until one has won. */
import { css, html, type TemplateResult } from "lit";

const suns = 10;

/**
 * The number beside it is what is read out; the suns are for the eye.
 * @param stake points that are not one's own yet
 */
export function sunTrack(score: number, winningScore: number, stake = 0): TemplateResult {
  const risen = Math.floor((score * suns) / winningScore);
  const rising = Math.floor(((score + stake) * suns) / winningScore);
  return html`<span class="suns" aria-hidden="true">
    ${Array.from(
      { length: suns },
      (_, index) =>
        html`<i ?data-risen=${index < risen} ?data-rising=${index >= risen && index < rising}></i>`,
    )}
  </span>`;
}

export const sunTrackStyles = css`
  .suns {
    display: grid;
    grid-template-columns: repeat(10, minmax(0, 1.4rem));
    justify-content: space-between;
    gap: 0.18rem;
  }

  .suns i {
    aspect-ratio: 1;
    border: 1.5px solid color-mix(in srgb, var(--edge), transparent 35%);
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

  .suns i[data-rising] {
    border-color: var(--seat);
    border-style: dashed;
    background: color-mix(in srgb, var(--seat), transparent 65%);
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
