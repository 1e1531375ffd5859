/** The document's title says whose turn it is while nobody looks at the page. */

const turnTitle = (gameName: string): string => `Your turn – ${gameName}`;

/** Puts the turn into the title of `page`, and the title that was there back. */
export class TurnTitle {
  readonly #page: { title: string };
  readonly #turnTitle: string;
  #before: string | null = null;

  constructor(page: { title: string }, gameName: string) {
    this.#page = page;
    this.#turnTitle = turnTitle(gameName);
  }

  /** @param calling whether it is the reader's turn and the page is hidden */
  show(calling: boolean): void {
    if (calling && this.#before === null) {
      this.#before = this.#page.title;
      this.#page.title = this.#turnTitle;
    } else if (!calling && this.#before !== null) {
      // Somebody else may have changed it meanwhile: that title stays.
      if (this.#page.title === this.#turnTitle) this.#page.title = this.#before;
      this.#before = null;
    }
  }
}
