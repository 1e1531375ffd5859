/** How the table lies in its room: under one another on a phone, card – table – card where there is width. */
import { css } from "lit";

export const tableStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    color: var(--text, #2a1330);
    font-family: var(--font, sans-serif);
    line-height: 1.4;
    -webkit-tap-highlight-color: transparent;
  }

  .room {
    display: grid;
    gap: 0.6rem;
    min-width: 0;
  }

  .room > * {
    min-width: 0;
  }

  .spectating {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
    margin: 0;
    padding: 0.5rem 1rem;
    border: 1px solid var(--border, #d8c79a);
    border-inline-start: 4px solid var(--accent, #c4320f);
    border-radius: var(--radius-small, 0.5rem);
    background: var(--surface, Canvas);
  }

  .muted {
    color: var(--text-muted, #664d66);
  }

  .players {
    display: grid;
    grid-template: "host guest" auto "arena arena" auto / minmax(0, 1fr) minmax(0, 1fr);
    gap: 0.6rem;
  }

  .host {
    grid-area: host;
  }

  .guest {
    grid-area: guest;
  }

  .players > .arena {
    grid-area: arena;
  }

  .arena {
    display: grid;
    align-content: center;
    justify-items: center;
    gap: 0.6rem;
    padding: 0.75rem;
    overflow: clip;
    border-radius: var(--radius, 1rem);
    background:
      radial-gradient(closest-side, color-mix(in srgb, var(--sky, #ffd45c), transparent 20%), transparent),
      color-mix(in srgb, var(--sky, #ffd45c), var(--bg, #fff6dd) 45%);
    text-align: center;
  }

  .situation {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: 0.9rem;
    min-height: 3.75rem;
  }

  .situation > div {
    min-width: 0;
  }

  h2 {
    font-family: var(--font-display, inherit);
    font-size: clamp(1.375rem, 6cqi, 2.25rem);
    line-height: 1.15;
    letter-spacing: -0.01em;
  }

  h2:focus {
    outline: none;
  }

  h2.mine {
    color: var(--accent-strong, #98210a);
  }

  roll-button,
  result-banner {
    width: 100%;
  }

  .moves {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 0.6rem;
    width: min(100%, 30rem);
  }

  .refusal {
    padding: 0.5rem 0.9rem;
    border-inline-start: 4px solid var(--danger, #a8123a);
    border-radius: var(--radius-small, 0.5rem);
    background: var(--surface-raised, #fff);
    color: var(--danger, #a8123a);
    font-weight: 600;
    text-align: start;
  }

  footer {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    justify-content: space-between;
    gap: 0.25rem 1rem;
    color: var(--text-muted, #664d66);
    font-size: 0.9375rem;
  }

  footer details {
    flex: 1 1 14rem;
    min-width: 0;
  }

  footer details p {
    max-width: 46rem;
    margin-block-start: 0.4rem;
  }

  footer > p,
  summary {
    padding-block: 0.7rem;
  }

  summary {
    width: fit-content;
    cursor: pointer;
  }

  code {
    font-family: var(--font-mono, monospace);
    font-size: 0.875em;
    overflow-wrap: anywhere;
  }

  @container (min-width: 52rem) {
    .room {
      gap: 1rem;
    }

    .players {
      grid-template: "host arena guest" auto / minmax(11rem, 1fr) minmax(0, 3.2fr) minmax(11rem, 1fr);
      gap: 1rem;
    }

    .arena {
      gap: 1.1rem;
      min-height: 26rem;
      padding: 1.5rem;
    }
  }

  @media (forced-colors: active) {
    .arena {
      border: 1px solid CanvasText;
    }
  }
`;
