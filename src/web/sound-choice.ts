/** Whether a game may be heard: not until somebody says so, then also on the next visit (plan §5.3). */

const key = "blazing-sun:sound";
let remembered = false;

export function isSoundOn(): boolean {
  try {
    return localStorage.getItem(key) === null ? remembered : localStorage.getItem(key) === "on";
  } catch {
    // Touching blocked storage throws (F32).
    return remembered;
  }
}

export function chooseSound(isOn: boolean): void {
  remembered = isOn;
  try {
    localStorage.setItem(key, isOn ? "on" : "off");
  } catch {
    // Blocked or full: `remembered` has it.
  }
}
