/** A picture for everybody, made from the name alone: a small sky with a sun of its own over its own land. */
import type { TemplateTag } from "./template-tag.ts";

/** Sky, sun, far land, near land. */
const dawns = [
  ["#2b1a55", "#ff9f43", "#5b2a6e", "#3a1d4f"],
  ["#ffd45c", "#e8590c", "#d9822b", "#a8380a"],
  ["#1f4e79", "#ffd43b", "#2f7f8f", "#174a5b"],
  ["#ffb3a7", "#c2255c", "#b5577a", "#7a2e56"],
  ["#0b3d3a", "#f7b731", "#2d7d5a", "#14513c"],
  ["#cfe3ff", "#f76707", "#7f9fd6", "#4a66a0"],
  ["#3b0d2e", "#ff6b6b", "#7b1e48", "#54133a"],
  ["#e7d7ff", "#7048e8", "#b197e0", "#7a5fb8"],
  ["#ff8f5c", "#fff1c9", "#b8405e", "#6d1f4f"],
  ["#12313b", "#7ee0c3", "#1f6a6b", "#0f464d"],
  ["#b9e4c9", "#ff6f59", "#5fae8b", "#2f7a62"],
  ["#5b1f8c", "#ffe066", "#8e44ad", "#431568"],
  ["#f9c6d7", "#ff8f00", "#d96c94", "#a13b66"],
  ["#243b7a", "#ff9eb5", "#3f62b0", "#172a5c"],
  ["#ffe9c2", "#2b8a9e", "#e0a458", "#b0702c"],
  ["#6b2737", "#ffd166", "#a4433f", "#481a2b"],
] as const;

const lands = ["hills", "peaks", "sea"] as const;

export interface Dawn {
  readonly colours: (typeof dawns)[number];
  /** Of the sun, in units of a picture 40 wide and high. */
  readonly sun: { readonly x: number; readonly y: number; readonly radius: number };
  /** Where the near hill's top is. */
  readonly hillX: number;
  readonly land: "hills" | "peaks" | "sea";
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
    sun: { x: 11 + part(4, 19), y: 12 + part(10, 9), radius: 5 + part(15, 5) },
    hillX: 4 + part(19, 33),
    land: lands[part(25, lands.length)] ?? "hills",
  };
}

/** For the server and the browser (see room-row.ts). A square; whoever draws it rounds it. It says nothing that the name beside it does not. */
export function avatar(html: TemplateTag, name: string): unknown {
  const { colours, sun, hillX, land } = dawnOf(name);
  const [sky, light, far, near] = colours;
  return html`<svg class="avatar" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true">
    <rect width="40" height="40" fill="${sky}" />
    <circle cx="${String(sun.x)}" cy="${String(sun.y)}" r="${String(sun.radius)}" fill="${light}" />
    <path d="${outlines[land](40 - hillX, 23)}" fill="${far}" />
    <path d="${outlines[land](hillX, 30)}" fill="${near}" />
  </svg>`;
}

/** Of a piece of land that is highest at `x`, where it reaches up to `y`; down to the picture's edge. */
const outlines: Readonly<Record<Dawn["land"], (x: number, y: number) => string>> = {
  hills: (x, y) => `M${x - 27} 44Q${x - 13} ${y} ${x} ${y}T${x + 27} 44z`,
  peaks: (x, y) => `M${x - 26} 44 ${x - 9} ${y + 5} ${x - 6} ${y + 7} ${x} ${y} ${x + 25} 44z`,
  sea: (x, y) => `M-2 44V${y + 3}q${x / 4 + 4}-6 ${x / 2 + 6} 0t${x / 2 + 6} 0 ${x / 2 + 6} 0 20 0 20 0V44z`,
};
