/** How `<player-card>` looks: upright in a narrow table, and lying, the two face to face, in a wide one. */
import { css } from "lit";

export const playerCardStyles = css`
  :host {
    --seat: var(--host);
    --seat-text: var(--host-text);
    display: block;
    min-width: 0;
  }

  :host([seat="guest"]) {
    --seat: var(--guest);
    --seat-text: var(--guest-text);
  }

  .card {
    display: grid;
    grid-template-areas: "face score" "name name" "suns suns" "foot foot";
    grid-template-columns: minmax(0, 1fr) auto;
    align-content: start;
    align-items: center;
    gap: 0.3rem 0.55rem;
    height: 100%;
    padding: 0.6rem 0.7rem;
    border: 2px solid var(--border);
    border-radius: var(--radius-small, 0.75rem);
    background: var(--surface);
    box-shadow: var(--shadow-low, none);
  }

  .free {
    border-style: dashed;
    background: none;
    box-shadow: none;
    color: var(--text-muted);
  }

  :host([turn]) .card {
    border-color: var(--seat);
    background: var(--surface-raised);
    box-shadow:
      0 0 0 3px color-mix(in srgb, var(--seat) 25%, transparent),
      var(--shadow, none);
  }

  :host([winner]) .card {
    border-color: var(--sun);
    background: var(--accent-soft);
    box-shadow: 0 0 0 3px color-mix(in srgb, var(--sun) 35%, transparent);
  }

  .name {
    grid-area: name;
    display: flex;
    align-items: center;
    min-width: 0;
    font-weight: 700;
    line-height: 1.2;
  }

  .name bdi {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
  }

  /* The picture, and round it what is left of the turn. */
  .face {
    --size: 2.125rem;
    grid-area: face;
    position: relative;
    width: var(--size);
    height: var(--size);
    margin: 0.2rem 0.25rem 0.7rem;
  }

  .avatar {
    display: block;
    width: 100%;
    height: 100%;
    border-radius: 50%;
    box-shadow: 0 0 0 3px var(--seat);
    forced-color-adjust: none;
  }

  .free .face {
    border: 2px dashed var(--edge);
    border-radius: 50%;
  }

  .foot {
    grid-area: foot;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    column-gap: 0.4rem;
    min-height: 1.3em;
  }

  .tags {
    grid-area: tags;
    display: flex;
    gap: 0.35rem;
  }

  .tag {
    padding: 0 0.55em;
    border-radius: 1em;
    background: color-mix(in srgb, var(--text-muted) 14%, transparent);
    color: var(--text-muted);
    font-size: 0.75rem;
    font-weight: 600;
    line-height: 1.5;
  }

  :host([winner]) .tag {
    color: var(--text);
  }

  .score {
    grid-area: score;
    color: var(--seat-text);
    font-family: var(--font-display, inherit);
    font-size: 2.25rem;
    font-weight: var(--weight-display, 800);
    font-variant-numeric: tabular-nums;
    letter-spacing: -0.03em;
    line-height: 1;
  }

  .score[data-long] {
    font-size: 1.5rem;
  }

  .suns {
    grid-area: suns;
  }

  .status {
    grid-area: status;
    min-height: 1.3em;
    color: var(--text-muted);
    font-size: 0.9375rem;
    line-height: 1.3;
  }

  .now {
    color: var(--seat-text);
    font-weight: 700;
  }

  .won {
    color: var(--warning);
    font-weight: 700;
  }

  .won::before {
    content: "☀ " / "";
  }

  .away {
    color: var(--danger);
    font-weight: 700;
    font-variant-numeric: tabular-nums;
  }

  @container (min-width: 40rem) {
    .card {
      grid-template:
        "face name score" auto
        "face foot score" auto
        "suns suns suns" auto / auto minmax(0, 1fr) auto;
      column-gap: 1rem;
      padding: 0.9rem 1.1rem;
      border-radius: var(--radius, 1.25rem);
    }

    /* The two face each other. */
    :host([seat="guest"]) .card {
      grid-template:
        "score name face" auto
        "score foot face" auto
        "suns suns suns" auto / auto minmax(0, 1fr) auto;
      text-align: end;
    }

    :host([seat="guest"]) :is(.name, .foot) {
      justify-content: flex-end;
    }

    :host([seat="guest"]) .suns {
      direction: rtl;
    }

    .face {
      --size: 3.75rem;
      margin: 0.3rem 0.3rem 0.5rem;
    }

    .name {
      align-self: end;
      min-height: 0;
      font-size: 1.1875rem;
    }

    .free .name {
      grid-row: 1 / span 2;
      align-self: center;
    }

    .name bdi {
      -webkit-line-clamp: 1;
    }

    .foot {
      align-self: start;
      min-height: 1.6em;
    }

    .score {
      font-size: 3.5rem;
    }

    .score[data-long] {
      font-size: 2.75rem;
    }

    .suns {
      margin-block-start: 0.4rem;
    }

    .status {
      font-size: 1rem;
    }
  }

  @media (forced-colors: active) {
    :host([turn]) .card {
      border-width: 4px;
    }
  }
`;
