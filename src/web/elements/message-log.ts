/**
 * The list of a chat: it follows what is said as long as its end is in view, stays where one reads while older
 * messages come in above, and is read out for what is said now, never for what is loaded (F35).
 */
import type { LitElement, ReactiveController } from "lit";

/** So close to its end the list follows what is said. */
const followPx = 80;
/** Browsers decide a moment later whether a change is read out. */
const settleMs = 300;

export class MessageLog implements ReactiveController {
  readonly #host: LitElement;
  readonly #selector: string;
  #isAtEnd = true;
  #isQuiet = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param selector of the list, inside the host */
  constructor(host: LitElement, selector: string) {
    this.#host = host;
    this.#selector = selector;
    host.addController(this);
  }

  /** For the list's `aria-live`. */
  get live(): "off" | "polite" {
    return this.#isQuiet ? "off" : "polite";
  }

  /** The history has come: what is added from now on is news. */
  begin(): void {
    if (!this.#isQuiet || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#isQuiet = false;
      this.#host.requestUpdate();
    }, settleMs);
  }

  /** Whoever wrote the next message wants to see it. */
  goToEnd(): void {
    this.#isAtEnd = true;
  }

  /** Keeps what is being read where it is, and says nothing, while `load` puts older messages above it. */
  async insertAbove(load: () => Promise<void>): Promise<void> {
    const list = this.#list();
    const fromEnd = list === null ? 0 : list.scrollHeight - list.scrollTop;
    this.#isQuiet = true;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    try {
      await load();
      await this.#host.updateComplete;
      if (list !== null) list.scrollTop = list.scrollHeight - fromEnd;
    } finally {
      this.begin();
    }
  }

  hostUpdate(): void {
    const list = this.#list();
    if (list === null) return;
    this.#isAtEnd ||= list.scrollHeight - list.scrollTop - list.clientHeight < followPx;
  }

  hostUpdated(): void {
    const list = this.#list();
    if (list !== null && this.#isAtEnd) list.scrollTop = list.scrollHeight;
    this.#isAtEnd = false;
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #list(): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>(this.#selector);
  }
}
