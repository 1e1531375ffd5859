/** The protocol: what travels between browsers, gateways and services. Imports nothing else of ours. */
export * from "./audience.ts";
export * from "./chat-messages.ts";
export * from "./close-codes.ts";
export * from "./cursor.ts";
export * from "./declaration.ts";
export * from "./envelope.ts";
export * from "./errors.ts";
export * from "./ids.ts";
export * from "./permissions.ts";
export * from "./rate-classes.ts";
export * from "./registry.ts";
export * from "./room-messages.ts";
export * from "./room-shapes.ts";
export * from "./system-messages.ts";
export * from "./text.ts";
export * from "./time.ts";
export * from "./topics.ts";
