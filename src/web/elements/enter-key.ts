/** What an Enter means in a field that is sent by it. */

/** It only confirms a word of an input method (F05). Safari ends the composition first, and tells by the key code. */
export function confirmsWord(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** For the `keydown` of a form: neither a word that is confirmed nor a key that is held down sends it. */
export function guardEnter(event: KeyboardEvent): void {
  if (event.key === "Enter" && (confirmsWord(event) || event.repeat)) event.preventDefault();
}
