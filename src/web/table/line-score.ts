/** How a line score looks: a game as a table with a column for each round and a row for each player. */
import { css } from "lit";

export const lineScoreStyles = css`
  :host {
    display: block;
    min-width: 0;
    overflow: hidden;
    padding-block-end: 0.35rem;
    border: 1px solid var(--border);
    border-radius: var(--radius, 1.25rem);
    background: var(--surface);
    box-shadow: var(--shadow-low, none);
  }

  .scroller {
    position: relative;
    overflow-x: auto;
  }

  .scroller:focus-visible {
    outline-offset: -3px;
  }

  table {
    min-width: 100%;
    border-collapse: separate;
    border-spacing: 0;
    font-variant-numeric: tabular-nums;
    line-height: 1.3;
  }

  h2 {
    padding: 0.75rem 1rem 0.2rem;
    font-family: var(--font-display, inherit);
    font-size: 1.0625rem;
    font-weight: var(--weight-display, 800);
  }

  th,
  td {
    min-width: 2.1rem;
    padding: 0.3rem 0.2rem;
    text-align: center;
  }

  thead th {
    color: var(--text-muted);
    font-size: 0.8125rem;
    font-weight: 600;
  }

  tbody tr + tr > * {
    border-top: 1px solid var(--border);
  }

  tr > :first-child {
    position: sticky;
    inset-inline-start: 0;
    padding-inline: 1rem 0.5rem;
    background: var(--surface);
    text-align: start;
  }

  bdi {
    display: block;
    max-width: 6.5rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  tr > .total {
    position: sticky;
    inset-inline-end: 0;
    width: 100%;
    padding-inline: 0.75rem 1rem;
    background: var(--surface);
    text-align: end;
  }

  td.total {
    font-weight: 700;
    font-size: 1.125rem;
  }

  .lost,
  .draw {
    color: var(--text-muted);
  }

  .won {
    --die: var(--seat);
    --die-edge: var(--seat);
    --pip: #fffbe9;
  }

  tr[data-seat="host"] {
    --seat: var(--host);
  }

  tr[data-seat="guest"] {
    --seat: var(--guest);
  }

  p {
    padding: 0.1rem 1rem 0.5rem;
    color: var(--text-muted);
  }

  @media (forced-colors: active) {
    .small-die {
      forced-color-adjust: none;
    }

    .won {
      outline: 2px solid;
    }
  }
`;

/** The newest round is the one to see. */
export function scrollToNewest(root: ParentNode): void {
  const scroller = root.querySelector(".scroller");
  if (scroller !== null) scroller.scrollLeft = scroller.scrollWidth;
}
