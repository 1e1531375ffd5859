/** Those who listen to one thing; one that throws harms no other. */
export class Listeners<Value> {
  private readonly all = new Set<(value: Value) => void>();

  /** Returns the function that ends it. */
  add(listener: (value: Value) => void): () => void {
    // A function of its own, so that the same listener may be added twice and each ends alone.
    const entry = (value: Value) => listener(value);
    this.all.add(entry);
    return () => void this.all.delete(entry);
  }

  /** To all, those included whom a listener adds meanwhile, and without those that one takes away. */
  tell(value: Value): void {
    for (const listener of this.all) {
      try {
        listener(value);
      } catch (error) {
        // The page's own mistake: to its console, like any other.
        reportError(error);
      }
    }
  }
}
