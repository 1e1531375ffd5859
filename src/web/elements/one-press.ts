/** One press is one action (F15): not a double click's second half, not a held key, not while the first one runs. */
import { guardEnter } from "./enter-key.ts";

export function onPress(target: HTMLElement, action: () => Promise<"done" | "going_on" | void>): void {
  let pending = false;

  function settle(): void {
    pending = false;
    target.removeAttribute("aria-disabled");
  }

  target.addEventListener("keydown", (event) => {
    if (event.repeat && (event.key === "Enter" || event.key === " ")) event.preventDefault();
  });
  target.addEventListener("click", (event) => {
    if (isElsewhere(event)) return;
    event.preventDefault();
    // `detail` counts the clicks of a double click; it is 0 for keys and assistive technology.
    if (pending || event.detail > 1) return;
    pending = true;
    // Not `disabled`: that would throw the focus away.
    target.setAttribute("aria-disabled", "true");
    // "going_on": the page is about to be left, so the button stays as it is.
    void action().then((outcome) => outcome !== "going_on" && settle(), settle);
  });
  // Back from the game by the browser's memory of this page.
  window.addEventListener("pageshow", (event) => event.persisted && settle());
}

/** A link that the person wants in another tab or window. */
export function isElsewhere(event: MouseEvent): boolean {
  return event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
}

/** A form that is sent by code, once a press. */
export function onSubmit(form: HTMLFormElement, action: () => Promise<"done" | "going_on" | void>): void {
  form.addEventListener("keydown", guardEnter);
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  let pending = false;

  function settle(): void {
    pending = false;
    button?.removeAttribute("aria-disabled");
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (pending) return;
    pending = true;
    button?.setAttribute("aria-disabled", "true");
    void action().then((outcome) => outcome !== "going_on" && settle(), settle);
  });
  window.addEventListener("pageshow", (event) => event.persisted && settle());
}

/** A form that the browser itself sends: once, with the guard above. */
export function guardNativeForm(form: HTMLFormElement): void {
  form.addEventListener("keydown", guardEnter);
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    form.querySelector("button[type=submit]")?.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    sent = false;
    form.querySelector("button[type=submit]")?.removeAttribute("aria-disabled");
  });
}
