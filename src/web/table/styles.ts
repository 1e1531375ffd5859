/** What the elements of the board share. The tokens are the page's; each has a fallback of its own. */
import { css } from "lit";

export const shared = css`
  :host {
    /* The host's die is the sun at noon, the guest's is the evening sky; both carry ivory pips. */
    --host: light-dark(#c8430a, #f0702c);
    --host-text: light-dark(#a8380a, #ff9d5c);
    --guest: light-dark(#3a48b8, #6674ee);
    --guest-text: light-dark(#3a48b8, #a9b4ff);
    box-sizing: border-box;
  }

  :host([hidden]) {
    display: none;
  }

  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }

  p,
  h2,
  h3,
  dl,
  dd,
  ul {
    margin: 0;
    padding: 0;
  }

  bdi {
    overflow-wrap: anywhere;
  }

  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }

  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

export const buttons = css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    min-height: 2.75rem;
    padding: 0.4rem 1.15rem;
    border: 1.5px solid var(--edge);
    border-radius: 2rem;
    background: var(--surface-raised);
    color: var(--text);
    font: inherit;
    font-weight: 700;
    line-height: 1.2;
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    touch-action: manipulation;
    transition: transform var(--quick, 140ms) var(--ease, ease);
  }

  .button:not([aria-disabled="true"]):active {
    transform: translateY(2px);
  }

  .button:not([aria-disabled="true"]):hover {
    border-color: var(--text);
  }

  .button.primary {
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
    box-shadow:
      inset 0 1px 0 rgb(255 255 255 / 0.28),
      inset 0 -2px 0 rgb(0 0 0 / 0.16),
      0 0.5rem 1rem -0.6rem var(--accent);
  }

  .button.primary:not([aria-disabled="true"]):hover {
    border-color: transparent;
    background: var(--accent-strong);
  }

  .button.quiet {
    border-color: transparent;
    background: none;
    padding-inline: 0.75rem;
    color: var(--text-muted);
    font-weight: 600;
  }

  .button.quiet:not([aria-disabled="true"]):hover {
    border-color: var(--border);
    background: var(--surface-raised);
    color: var(--text);
  }

  /* Sunk into what it lies on: nobody takes it for one that can be pressed. */
  .button.primary[aria-disabled="true"],
  .button[aria-disabled="true"] {
    border-color: transparent;
    background: color-mix(in srgb, var(--text) 9%, transparent);
    color: color-mix(in srgb, var(--text) 72%, transparent);
    box-shadow: none;
    cursor: default;
  }
`;
