/** What the client library offers to a page, a test or a bot. */
import type { CommandId, ErrorCode, EventFrameFields, RoomId, UserId } from "../protocol/index.ts";

/** Where the connection stands (R5). `unreachable` says why, once it has failed for a while. */
export type ConnectionState =
  | { readonly name: "connecting" }
  | { readonly name: "live"; readonly user: SignedInUser }
  | { readonly name: "reconnecting"; readonly since: number; readonly attempt: number; readonly why: string }
  | { readonly name: "signed_out"; readonly code: ErrorCode; readonly message: string };

export interface SignedInUser {
  readonly userId: UserId;
  readonly username: string;
  readonly roles: readonly string[];
}

/** A refusal, as the promise of a command rejects with it. */
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

  /** Calls `listener` for each event of a type, in order; returns the function that ends it. */
  on<Type extends keyof Messages["events"] & string>(
    type: Type,
    listener: (event: EventFrame<Type, Messages["events"][Type]>) => void,
  ): () => void;
  /** Calls `listener` for every event. */
  onAny(listener: (event: AnyEventFrame) => void): () => void;
  /** Calls `listener` now and whenever the connection's state changes. */
  onState(listener: (state: ConnectionState) => void): () => void;

  /** Closes for good. */
  close(): void;
}

export type AnyEventFrame = { readonly type: string; readonly [field: string]: unknown } & EventFrameFields;
