/** A die as small as a letter: a face and its pips. Whoever draws it says the number beside it. */
import { css, svg, type TemplateResult } from "lit";

const left = 6;
const middle = 12;
const right = 18;

/** Columns and rows of the pips, in units of a face 24 wide and high. */
const pips: Readonly<Record<number, readonly (readonly [number, number])[]>> = {
  1: [[middle, middle]],
  2: [
    [left, left],
    [right, right],
  ],
  3: [
    [left, left],
    [middle, middle],
    [right, right],
  ],
  4: [
    [left, left],
    [right, left],
    [left, right],
    [right, right],
  ],
  5: [
    [left, left],
    [right, left],
    [middle, middle],
    [left, right],
    [right, right],
  ],
  6: [
    [left, left],
    [right, left],
    [left, middle],
    [right, middle],
    [left, right],
    [right, right],
  ],
};

export function smallDie(face: number): TemplateResult {
  return svg`<svg class="small-die" viewBox="0 0 24 24" aria-hidden="true">
    <rect x="1" y="1" width="22" height="22" rx="5" />
    ${(pips[face] ?? []).map(([x, y]) => svg`<circle cx=${x} cy=${y} r="2.3" />`)}
  </svg>`;
}

/** A face in the colour of what is around it; `--die` and `--pip` give others. */
export const smallDieStyles = css`
  .small-die {
    display: block;
    width: 1.5rem;
    height: 1.5rem;
    margin-inline: auto;
  }

  .small-die rect {
    fill: var(--die, transparent);
    stroke: var(--die-edge, currentColor);
    stroke-width: 1.5;
  }

  .small-die circle {
    fill: var(--pip, currentColor);
  }
`;
