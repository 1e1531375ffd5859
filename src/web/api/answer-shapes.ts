/** Shapes that answers of several routes have. */
import Type, { type TSchema } from "typebox";

/** A list that is given whole. */
export function listOf<Item extends TSchema>(item: Item) {
  return Type.Object({
    items: Type.Array(item),
    next: Type.Null({ description: "the list is whole" }),
  });
}

/** A page of a chat. */
export function historyOf<Message extends TSchema>(message: Message) {
  return Type.Object({
    items: Type.Array(message, { description: "oldest first" }),
    nextBefore: Type.Union([Type.String(), Type.Null()], {
      description: "asks for the page before this one, as `before`; null: there is none",
    }),
  });
}
