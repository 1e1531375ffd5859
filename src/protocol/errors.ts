/**
 * Every way in which the platform says no, in one table (W4). The wire's `system.error`, the HTTP API's
 * problem documents, the pages and the generated documentation all read it.
 */

/** What a client can do about a refusal by itself or offer to the person. */
export type ErrorAction = "sign_in" | "retry" | "resync" | "reload" | "watch" | "request_friend" | "rename";

export interface ErrorEntry {
  /** A sentence for a person: what is wrong and what to do next (W6). */
  readonly message: string;
  /** True where the same command may be sent again with the same `commandId` (W2). */
  readonly retryable: boolean;
  /** The HTTP status of the same refusal. */
  readonly status: number;
  readonly action?: ErrorAction;
}

const entries = {
  AUTH_REQUIRED: {
    message: "Sign in or continue as a guest first.",
    retryable: false,
    status: 401,
    action: "sign_in",
  },
  AUTH_FAILED: {
    message: "Your sign-in is not valid any more: sign in again.",
    retryable: false,
    status: 401,
    action: "sign_in",
  },
  SIGN_IN_FAILED: {
    message: "This name and password do not belong together: check both and try again.",
    retryable: false,
    status: 401,
    action: "sign_in",
  },
  FORBIDDEN: {
    message: "Your account may not do this: sign in with one that may.",
    retryable: false,
    status: 403,
    action: "sign_in",
  },
  INVALID_JSON: { message: "This is not valid JSON: send one JSON object.", retryable: false, status: 400 },
  BINARY_FRAME: {
    message: "Binary frames are not understood: send JSON as a text frame.",
    retryable: false,
    status: 400,
  },
  FRAME_TOO_LARGE: {
    message: "This message is larger than 16 KiB: send a shorter one.",
    retryable: false,
    status: 413,
  },
  UNKNOWN_TYPE: {
    message: "The server does not know this type of message: reload the page to get the newest version.",
    retryable: false,
    status: 400,
    action: "reload",
  },
  UNKNOWN_FIELD: {
    message: "The message has a field that does not belong in it: leave it out.",
    retryable: false,
    status: 400,
  },
  INVALID_FIELD: {
    message: "A field is missing or has a value that is not allowed: correct it and send again.",
    retryable: false,
    status: 400,
  },
  TEXT_TOO_LONG: {
    message: "The text is too long: shorten it and send again.",
    retryable: false,
    status: 400,
  },
  BAD_CURSOR: {
    message: "This place in the list does not exist: start again from the newest page.",
    retryable: false,
    status: 400,
  },
  RATE_LIMITED: {
    message: "That was too fast: wait a moment, then try again.",
    retryable: true,
    status: 429,
    action: "retry",
  },
  UNAVAILABLE: {
    message: "The server cannot do this right now: it will be tried again by itself.",
    retryable: true,
    status: 503,
    action: "retry",
  },
  EXPIRED: {
    message: "The server came to this too late: it will be tried again by itself.",
    retryable: true,
    status: 503,
    action: "retry",
  },
  INTERNAL: {
    message: "Something went wrong on the server, and nothing was changed: reload the page to go on.",
    retryable: false,
    status: 500,
    action: "resync",
  },
  GAME_NOT_FOUND: {
    message: "There is no such game: choose one from the catalogue.",
    retryable: false,
    status: 404,
  },
  ROOM_NOT_FOUND: {
    message: "There is no such room any more: choose another one in the lobby or create your own.",
    retryable: false,
    status: 404,
  },
  ROOM_FULL: {
    message: "This room is full: choose another one, or watch the game.",
    retryable: false,
    status: 409,
    action: "watch",
  },
  ROOM_FINISHED: {
    message: "The game in this room is over: start a new one from the lobby.",
    retryable: false,
    status: 409,
  },
  GAME_NOT_STARTED: {
    message: "The game has not started yet: wait for an opponent to join.",
    retryable: false,
    status: 409,
  },
  GAME_NOT_FINISHED: {
    message: "The game is still being played: come back when it is over.",
    retryable: false,
    status: 409,
  },
  NAME_TAKEN: {
    message: "An open room already has this name: choose another one.",
    retryable: false,
    status: 409,
    action: "rename",
  },
  ALREADY_IN_ROOM: {
    message: "You are already in a room of this game: go back to it, or leave it first.",
    retryable: false,
    status: 409,
  },
  NOT_IN_ROOM: { message: "You are not in this room: join it first.", retryable: false, status: 403 },
  NOT_A_PLAYER: {
    message: "Only the two players can do this: you may watch.",
    retryable: false,
    status: 403,
    action: "watch",
  },
  NOT_A_SPECTATOR: {
    message: "Only those who watch this game can do this: start watching first.",
    retryable: false,
    status: 403,
  },
  NOT_YOUR_TURN: { message: "It is the other player's turn: wait for yours.", retryable: false, status: 409 },
  TURN_OVER: {
    message: "That turn is over already: look at the board and go on from there.",
    retryable: false,
    status: 409,
    action: "resync",
  },
  ILLEGAL_MOVE: {
    message: "The rules of the game do not allow this now: make another move.",
    retryable: false,
    status: 409,
  },
  LOBBY_NOT_FOUND: {
    message: "There is no such lobby: go back to the games.",
    retryable: false,
    status: 404,
  },
  NOT_FRIENDS: {
    message: "You are not friends yet: send a friend request first.",
    retryable: false,
    status: 403,
    action: "request_friend",
  },
  USER_NOT_FOUND: {
    message: "Nobody has this name: check the spelling and try again.",
    retryable: false,
    status: 404,
  },
  USERNAME_TAKEN: {
    message: "Somebody has this name, or one that looks like it: choose another one.",
    retryable: false,
    status: 409,
    action: "rename",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof entries;

export const errorTable: Readonly<Record<ErrorCode, ErrorEntry>> = entries;

export const errorCodes = Object.keys(entries) as ErrorCode[]; // keys of a literal object are its codes

/** A refusal as a value: what a rule answers when a command may not be carried out. */
export interface Rejection {
  readonly code: ErrorCode;
  /** A sentence that fits this case better than the table's; the table's where it is absent. */
  readonly message?: string;
  /** The field that is wrong, with INVALID_FIELD, UNKNOWN_FIELD and TEXT_TOO_LONG. */
  readonly field?: string;
  /** The room to go back to, with ALREADY_IN_ROOM. */
  readonly roomId?: string;
  readonly retryAfterMs?: number;
}

export function messageOf(rejection: Rejection): string {
  return rejection.message ?? errorTable[rejection.code].message;
}
