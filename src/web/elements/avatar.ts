/** A picture for everybody, made from the name alone: a small sky with a sun of its own over two hills. */
import type { TemplateTag } from "./room-row.ts";

/** Sky, sun, far hill, near hill. */
const dawns = [
  ["#2b1a55", "#ff9f43", "#5b2a6e", "#3a1d4f"],
  ["#ffd45c", "#e8590c", "#d9822b", "#a8380a"],
  ["#1f4e79", "#ffd43b", "#2f7f8f", "#174a5b"],
  ["#ffb3a7", "#c2255c", "#b5577a", "#7a2e56"],
  ["#0b3d3a", "#f7b731", "#2d7d5a", "#14513c"],
  ["#cfe3ff", "#f76707", "#7f9fd6", "#4a66a0"],
  ["#3b0d2e", "#ff6b6b", "#7b1e48", "#54133a"],
  ["#e7d7ff", "#7048e8", "#b197e0", "#7a5fb8"],
] as const;

export interface Dawn {
  readonly colours: (typeof dawns)[number];
  /** Of the sun, in units of a picture 40 wide and high. */
  readonly sun: { readonly x: number; readonly y: number; readonly radius: number };
  /** Where the near hill's top is. */
  readonly hillX: number;
}

/** The same name has the same picture, on every page and machine. */
export function dawnOf(name: string): Dawn {
  let hash = 0x811c9dc5; // FNV-1a
  for (const unit of name) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  // Its low bits differ little between names that do: mix once more.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  const part = (shift: number, values: number): number => (hash >>> shift) % values;
  return {
    colours: dawns[part(0, dawns.length)] ?? dawns[0],
    sun: { x: 11 + part(3, 19), y: 12 + part(9, 11), radius: 5 + part(14, 5) },
    hillX: 4 + part(18, 33),
  };
}

/** For the server and the browser (see room-row.ts). A square; whoever draws it rounds it. It says nothing that the name beside it does not. */
export function avatar(html: TemplateTag, name: string): unknown {
  const { colours, sun, hillX } = dawnOf(name);
  const [sky, light, far, near] = colours;
  return html`<svg class="avatar" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true">
    <rect width="40" height="40" fill="${sky}" />
    <circle cx="${String(sun.x)}" cy="${String(sun.y)}" r="${String(sun.radius)}" fill="${light}" />
    <ellipse cx="${String(40 - hillX)}" cy="38" rx="26" ry="14" fill="${far}" />
    <ellipse cx="${String(hillX)}" cy="42" rx="24" ry="13" fill="${near}" />
  </svg>`;
}
