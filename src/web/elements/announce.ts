/** Says a result to people who cannot see it, once. The same words twice are two announcements (F35). */
export function announce(text: string): void {
  const region = document.querySelector("[data-announcements]");
  if (region === null) return;
  const line = document.createElement("p");
  line.textContent = text;
  region.append(line);
  // Read once; nobody should find old results when wandering through the page.
  setTimeout(() => line.remove(), 10_000);
}
