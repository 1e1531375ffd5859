/** HTML as the server writes it: a tagged template that escapes everything but other templates. */
import { html, raw } from "hono/html";

export { html, raw };
export type Html = ReturnType<typeof html>;
export const nothing = "";
