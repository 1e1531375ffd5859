/** The sizes and themes in which a page is looked at. */
import type { Page } from "playwright-core";

export interface Look {
  readonly name: string;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly colorScheme: "light" | "dark";
}

const sizes = [
  { name: "desktop", width: 1280, height: 800 },
  { name: "phone", width: 390, height: 844 },
] as const;

export const looks: readonly Look[] = sizes.flatMap(({ name, width, height }) =>
  (["light", "dark"] as const).map((colorScheme) => ({
    name: `${name}-${colorScheme}`,
    width,
    height,
    colorScheme,
  })),
);

/** Resolves when the page has been drawn anew and its colours stand still. */
export async function show(
  page: Page,
  { width, height, colorScheme }: Look,
  hasScript = true,
): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  if (!hasScript) return; // it has no frames that one could wait for
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    // Colours on their way from one theme to the other are neither.
    const moving = document.getAnimations().filter((each) => each instanceof CSSTransition);
    await Promise.all(moving.map(({ finished }) => finished.catch(() => undefined)));
  });
}
