/** How the table lies in its room: under one another on a phone, with the talk beside it where there is width. */
import { css } from "lit";

export const tableStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    color: var(--text);
    font-family: var(--font, sans-serif);
    line-height: 1.4;
    -webkit-tap-highlight-color: transparent;
  }

  .room,
  .beside {
    display: grid;
    gap: 0.75rem;
    align-content: start;
    min-width: 0;
  }

  .room > *,
  .beside > * {
    min-width: 0;
  }

  .beside:not(:has(> *)) {
    display: none;
  }

  .spectating {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.25rem 1rem;
    margin: 0;
    padding: 0.4rem 0.5rem 0.4rem 1.1rem;
    border-radius: 2rem;
    background: var(--accent-soft);
  }

  .muted {
    color: var(--text-muted);
  }

  .players {
    display: grid;
    grid-template: "host guest" auto "arena arena" minmax(0, 1fr) / minmax(0, 1fr) minmax(0, 1fr);
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
    position: relative;
    isolation: isolate;
    display: grid;
    align-content: center;
    justify-items: center;
    gap: 0.6rem;
    padding: 1rem 0.9rem;
    overflow: clip;
    border-radius: var(--radius, 1.25rem);
    background:
      radial-gradient(75% 60% at 50% 62%, var(--table-glow), transparent),
      linear-gradient(var(--table-far), var(--table-near));
    box-shadow:
      inset 0 0 0 1px color-mix(in srgb, var(--table-glow) 45%, transparent),
      inset 0 -0.4rem 1.2rem rgb(120 50 0 / 0.1);
    text-align: center;
  }

  /* Whoever wins sees the sun rise behind everything. */
  .arena[data-mood="rise"] {
    align-content: start;
  }

  .arena[data-mood="rise"]::before {
    content: "";
    position: absolute;
    z-index: -1;
    top: 5.6rem;
    left: 50%;
    width: 90rem;
    margin-inline-start: -45rem;
    aspect-ratio: 1;
    margin-block-start: -45rem;
    border-radius: 50%;
    background: repeating-conic-gradient(
      from 3.75deg,
      color-mix(in srgb, var(--sun) 26%, transparent) 0deg 7.5deg,
      transparent 7.5deg 15deg
    );
    mask: radial-gradient(closest-side, #000 10%, transparent 70%);
  }

  /* Somebody is still to come: the sun waits below the edge, and looks over it now and then. */
  .arena[data-mood="wait"] {
    min-height: 15rem;
    padding-block-end: 5.5rem;
  }

  .arena[data-mood="wait"]::before {
    content: "";
    position: absolute;
    z-index: -1;
    bottom: -6rem;
    left: 50%;
    width: 10rem;
    margin-inline-start: -5rem;
    aspect-ratio: 1;
    border-radius: 50%;
    background: radial-gradient(circle at 50% 25%, var(--sun-core), var(--sun) 60%);
    box-shadow: 0 0 4rem 0.5rem color-mix(in srgb, var(--sun), transparent 45%);
  }

  .situation {
    display: grid;
    align-content: center;
    min-height: 3.75rem;
  }

  h2 {
    font-family: var(--font-display, inherit);
    font-size: clamp(1.5rem, 6cqi, 2.25rem);
    font-weight: var(--weight-display, 800);
    line-height: 1.12;
    letter-spacing: -0.02em;
    text-wrap: balance;
  }

  h2:focus {
    outline: none;
  }

  h2.mine {
    color: var(--accent-strong);
  }

  roll-button,
  result-banner {
    width: 100%;
  }

  /* In front of a die in the air, and of its shadow. */
  roll-button,
  hold-button,
  .moves,
  after-game {
    position: relative;
    z-index: 1;
  }

  .moves {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 0.6rem;
    width: min(100%, 30rem);
  }

  .refusal {
    padding: 0.5rem 0.9rem;
    border: 1px solid color-mix(in srgb, var(--danger) 45%, transparent);
    border-radius: var(--radius-small, 0.75rem);
    background: var(--danger-soft);
    color: var(--danger);
    font-weight: 600;
    text-align: start;
  }

  footer {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.75rem;
    color: var(--text-muted);
    font-size: 0.9375rem;
  }

  footer details {
    flex: 1 1 100%;
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

  @container (min-width: 40rem) {
    footer details {
      flex-basis: 14rem;
    }

    .players {
      gap: 1rem;
    }

    .arena {
      gap: 1rem;
      min-height: clamp(20rem, 54vh, 34rem);
      padding: 1.5rem;
    }
  }

  @container (min-width: 60rem) {
    .room {
      grid-template-columns: minmax(0, 1fr);
      gap: 1rem;
    }

    /* The rounds and the talk lie beside the table, and end where it ends. */
    .room:has(> .beside > *) {
      grid-template-columns: minmax(0, 1fr) 21.5rem;
    }

    .room > :not(.players, .beside) {
      grid-column: 1 / -1;
    }

    .beside {
      grid-template-rows: auto minmax(0, 1fr);
      align-content: stretch;
      gap: 1rem;
    }

    .beside > game-chat {
      contain: size;
      min-height: 15rem;
    }

    .beside > game-chat:only-child {
      grid-row: 1 / -1;
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    .arena[data-mood="rise"]::before {
      animation:
        dawn 900ms 400ms ease-out both,
        turn 90s linear infinite;
    }
  }

  @media (prefers-reduced-motion: no-preference) {
    .arena[data-mood="wait"]::before {
      animation: peep 4s ease-in-out infinite alternate;
    }
  }

  @keyframes peep {
    from {
      transform: translateY(1.4rem);
    }
  }

  @keyframes dawn {
    from {
      opacity: 0;
    }
  }

  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }

  @media (forced-colors: active) {
    .arena {
      border: 1px solid CanvasText;
    }
  }
`;
