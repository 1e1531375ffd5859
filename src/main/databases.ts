/**
 * The files of the embedded databases, in the order in which they are copied: accounts last, so that everybody who is
 * named in the others is known there.
 */
export const databaseFiles = [
  "games.sqlite",
  "private-chat.sqlite",
  "chat.sqlite",
  "catalogue.sqlite",
  "accounts.sqlite",
] as const;
