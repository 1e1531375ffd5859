/** A store has no room for what should be saved; nothing of it was. Who asked for it is told so, and may ask again. */
export class StoreFull extends Error {
  override readonly name = "StoreFull";
}
