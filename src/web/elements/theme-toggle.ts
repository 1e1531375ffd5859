/** One button, three themes: what the system says, light, dark. */
import { chooseTheme, readTheme, themes, type Theme } from "../theme-choice.ts";
import { announce } from "./announce.ts";

const looks: Readonly<Record<Theme, { readonly sign: string; readonly name: string }>> = {
  // U+FE0E: as text, not as a coloured emoji.
  auto: { sign: "\u25d0\ufe0e", name: "as the system" },
  light: { sign: "\u2600\ufe0e", name: "light" },
  dark: { sign: "\u263e\ufe0e", name: "dark" },
};

export function enhanceThemeToggle(button: HTMLButtonElement): void {
  let theme = readTheme();

  function draw(): void {
    const sign = document.createElement("span");
    sign.textContent = looks[theme].sign;
    sign.setAttribute("aria-hidden", "true");
    button.replaceChildren(sign);
    button.setAttribute("aria-label", `Colours: ${looks[theme].name}`);
    button.title = `Colours: ${looks[theme].name}`;
  }

  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "auto";
    chooseTheme(theme);
    draw();
    announce(`Colours: ${looks[theme].name}`);
  });
  draw();
  button.hidden = false;
}
