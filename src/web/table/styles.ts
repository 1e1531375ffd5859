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
    outline: 3px solid var(--focus, #1552c8);
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
    border: 2px solid var(--edge, #93785c);
    border-radius: 2rem;
    background: var(--surface-raised, #fff);
    color: var(--text, #2a1330);
    font: inherit;
    font-weight: 700;
    line-height: 1.2;
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    touch-action: manipulation;
  }

  .button:not([aria-disabled="true"]):hover {
    border-color: var(--text, #2a1330);
  }

  .button.primary {
    border-color: var(--accent, #c4320f);
    background: var(--accent, #c4320f);
    color: var(--on-accent, #fff);
  }

  .button.primary:not([aria-disabled="true"]):hover {
    border-color: var(--accent-strong, #98210a);
    background: var(--accent-strong, #98210a);
  }

  .button.quiet {
    border-color: transparent;
    background: none;
    padding-inline: 0.6rem;
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }

  .button.primary[aria-disabled="true"],
  .button[aria-disabled="true"] {
    border-color: var(--border, #e2cb93);
    background: var(--surface, #fffdf6);
    color: var(--text-muted, #664d66);
    cursor: default;
  }
`;
