/** Light, dark, or what the system says. Where storage is blocked, the choice lasts as long as the page (F32). */
export const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "blazing-sun:theme";
let remembered: Theme = "auto";

export function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(key);
    return themes.find((theme) => theme === stored) ?? remembered;
  } catch {
    // Touching blocked storage throws.
    return remembered;
  }
}

export function chooseTheme(theme: Theme): void {
  remembered = theme;
  showTheme(theme);
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Blocked or full: `remembered` has it.
  }
}

export function showTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === "auto") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme);
}
