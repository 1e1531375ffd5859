/** What the client library offers to a page, a test or a bot. */
import type { CommandId, ErrorCode, EventFrameFields, RoomId, UserId } from "../protocol/index.ts";

/**
 * Where the connection stands (R5). What is not `live` cannot act: a page disables what would need the server, and
 * says why. `reconnecting` lasts a moment in everyday life; `unreachable` is the same after seven seconds (F34).
 */
export type ConnectionState =
  | { readonly name: "connecting" }
  | {
      readonly name: "live";
      readonly user: SignedInUser;
      /** What was missed in between comes now (R3); false at the beginning, and where a snapshot is asked for. */
      readonly resumed: boolean;
    }
  | ({ readonly name: "reconnecting" } & Interruption)
  | ({ readonly name: "unreachable" } & Interruption)
  | {
      readonly name: "signed_out";
      readonly code: ErrorCode;
      readonly message: string;
      /** Who is signed in now, where that is somebody else (F40). */
      readonly now?: SignedInUser;
    }
  /** `close()` was called. */
  | { readonly name: "closed" };

export interface Interruption {
  /** When it stopped being live, or began to try: milliseconds since 1970, by the local clock. */
  readonly since: number;
  /** How often it has tried since then. */
  readonly attempt: number;
  /** A sentence for a person, with the close code or the HTTP status where there was one. */
  readonly why: string;
}

export interface SignedInUser {
  readonly userId: UserId;
  readonly username: string;
  readonly roles: readonly string[];
}

/** A refusal, as the promise of a command rejects with it: see `CommandRefused`. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly commandId?: CommandId;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly action?: string;
  readonly field?: string;
  readonly roomId?: RoomId;
}

/** An event as it arrives: the payload beside the frame's own fields. */
export type EventFrame<Type extends string, Payload> = { readonly type: Type } & EventFrameFields & Payload;

/** An event of any type; its payload is unknown until the type is looked at. */
export type AnyEventFrame = { readonly type: string; readonly [field: string]: unknown } & EventFrameFields;

/** `{ [type]: payload }` of the commands and events that a client speaks. */
export interface MessageTypes {
  readonly commands: object;
  readonly events: object;
}

export interface SocketClient<Messages extends MessageTypes> {
  readonly state: ConnectionState;
  /** The server's clock, in milliseconds since 1970, reckoned from the timestamps it sends. */
  serverNow(): number;

  /**
   * Sends a command and waits for its outcome (W2): resolves with the first event that it caused, or with
   * `system.event.command_settled`; rejects with a `CommandRefused`. Sent again by itself, with the same
   * `commandId`, after a reconnect or a retryable refusal, for at most five minutes.
   */
  send<Type extends keyof Messages["commands"] & string>(
    type: Type,
    payload: Messages["commands"][Type],
  ): Promise<AnyEventFrame>;

  /** Sends a command that has no outcome (`chat.command.typing`), once; nothing while the client is not live. */
  tell<Type extends keyof Messages["commands"] & string>(
    type: Type,
    payload: Messages["commands"][Type],
  ): void;

  /** Calls `listener` for each event of a type, in order; returns the function that ends it. */
  on<Type extends keyof Messages["events"] & string>(
    type: Type,
    listener: (event: EventFrame<Type, Messages["events"][Type]>) => void,
  ): () => void;
  /** Calls `listener` for every event, those of a newer server included. */
  onAny(listener: (event: AnyEventFrame) => void): () => void;
  /** Calls `listener` now and whenever the connection's state changes. */
  onState(listener: (state: ConnectionState) => void): () => void;

  /**
   * Says that this client is in an audience (`rooms:bigger_dice`), so that it is again after a reconnect, with what
   * was said there meanwhile; until the function that it returns is called.
   */
  keepOpen(channel: string): () => void;

  /** Closes for good: commands without an outcome reject. */
  close(): void;
}

/** What every client can do, whatever else it speaks: enough for rooms and lobbies of any game. */
export interface AnySocketClient {
  readonly state: ConnectionState;
  send(type: string, payload: object): Promise<AnyEventFrame>;
  tell(type: string, payload: object): void;
  onAny(listener: (event: AnyEventFrame) => void): () => void;
  onState(listener: (state: ConnectionState) => void): () => void;
  keepOpen(channel: string): () => void;
}
