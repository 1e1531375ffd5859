/** The store, the log and presence, as decisions see them: where one fails, it is only not the time for a decision. */
import { StoreFull } from "../../protocol/index.ts";

/** One of them did not do what was asked: nothing that was decided is wrong, and all of it comes again (L2). */
export class Away extends Error {
  override readonly name = "Away";
}

/** The same port; whatever its promises reject with is an `Away`, but for a store that has no room, which says so. */
export function failuresAsAway<Port extends object>(port: Port, what: string): Port {
  const fail = (cause: unknown): never => {
    const isSaid = cause instanceof Away || cause instanceof StoreFull;
    throw isSaid ? cause : new Away(`${what} did not answer.`, { cause });
  };
  const methods = new Map<unknown, unknown>();
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      const known = methods.get(member);
      if (known !== undefined) return known;
      const method = (...args: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(member, target, args);
        return answer instanceof Promise ? answer.catch(fail) : answer;
      };
      methods.set(member, method);
      return method;
    },
  });
}

/** Something that is done again and again: a row of failures is one line in the log. */
export class Attempts {
  readonly #logger: { error(fields: object, message: string): void };
  readonly #message: string;
  #isFailing = false;

  constructor(logger: { error(fields: object, message: string): void }, message: string) {
    this.#logger = logger;
    this.#message = message;
  }

  async attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#logger.error({ error }, this.#message);
      this.#isFailing = true;
    }
  }
}
