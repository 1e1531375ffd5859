/** Runs before the page is drawn, so that nobody sees the wrong theme first. */
import { readTheme, showTheme } from "./theme-choice.ts";

showTheme(readTheme());
