/** Whether a game may be heard: not until somebody says so, then also on the next visit (plan §5.3). */
import { keptChoice } from "./kept-choice.ts";

const choice = keptChoice("blazing-sun:sound", ["off", "on"]);

export function isSoundOn(): boolean {
  return choice.read() === "on";
}

export function chooseSound(isOn: boolean): void {
  choice.keep(isOn ? "on" : "off");
}
