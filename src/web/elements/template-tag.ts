/** The `html` of the server or of the browser: what a template is handed that both of them draw (see room-row.ts). */
export type TemplateTag = (strings: TemplateStringsArray, ...values: unknown[]) => unknown;
