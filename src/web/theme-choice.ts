/** Light, dark, or what the system says. */
import { keptChoice } from "./kept-choice.ts";

export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const choice = keptChoice("blazing-sun:theme", themes);

export function readTheme(): Theme {
  return choice.read();
}

export function chooseTheme(theme: Theme): void {
  showTheme(theme);
  choice.keep(theme);
}

export function showTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "auto") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme);
}
