/**
 * One socket, from its opening to its end:
 *
 *   awaiting_authentication → authenticating → authenticated → closing
 *
 * and from each of them to closing. Everything that only makes sense in one state lives in that state.
 */
import type {
  AudienceName,
  CloseName,
  ConnectionId,
  SubscriptionDirective,
  UserId,
} from "../protocol/index.ts";
import { closeCodes } from "../protocol/index.ts";
import type { Allowance, Allowances } from "./limits.ts";
import type { Session } from "./token-verifier.ts";

/** Who asks for a socket: from the upgrade until it is open, and where its address has too many. */
export interface Arrival {
  readonly address: string;
}

export type SocketData = Arrival | Connection;

export type Socket = Bun.ServerWebSocket<SocketData>;
export type GatewayServer = Bun.Server<SocketData>;

export type DirectiveKind = "subscribe" | "unsubscribe";

export interface PassedDirective {
  readonly kind: DirectiveKind;
  readonly directive: SubscriptionDirective;
}

export type OpenState = Exclude<ConnectionState, { name: "closing" }>;

export type ConnectionState =
  | {
      readonly name: "awaiting_authentication";
      /** Where it is counted until it has said who it is (H1). */
      readonly address: string;
      /** Milliseconds since 1970 (H1). */
      readonly deadline: number;
    }
  | {
      readonly name: "authenticating";
      readonly address: string;
      readonly deadline: number;
      /** Null until the token is verified; from then on the index knows the socket as this person's. */
      session: Session | null;
      /** What the log said about this socket while its rooms were being read (R3), in the log's order. */
      readonly passed: PassedDirective[];
    }
  | {
      readonly name: "authenticated";
      readonly session: Session;
      lastHeartbeatAt: number;
      /** `system.token_expiring` was sent for this session's token. */
      toldOfExpiry: boolean;
    }
  | {
      readonly name: "closing";
      readonly why: CloseName | "closed_by_client";
      /** What there is to clean up. */
      readonly last: OpenState;
    };

/** A socket's place in an audience. Kept after it has left, so that an older directive does not bring it back. */
export interface Place {
  readonly isIn: boolean;
  /** The `seq` of the room from which it is so; -1 where nothing said. */
  readonly seq: number;
}

const nowhere: ReadonlyMap<AudienceName, Place> = new Map();

/** There are tens of thousands: whatever most of them do not need is made when one does. */
export class Connection {
  readonly id: ConnectionId;
  readonly socket: Socket;
  state: ConnectionState;
  readonly #allowances: Allowances<UserId>;
  /** None yet, or no more, of most: who only listens has none. */
  #allowance: Allowance | null = null;
  /** None yet, of most: who is in no room has none. */
  #places: Map<AudienceName, Place> | null = null;

  constructor(
    id: ConnectionId,
    socket: Socket,
    allowances: Allowances<UserId>,
    { address }: Arrival,
    authenticationDeadline: number,
  ) {
    this.id = id;
    this.socket = socket;
    this.#allowances = allowances;
    this.state = { name: "awaiting_authentication", address, deadline: authenticationDeadline };
  }

  /** Whose it is; null until its token is verified. */
  get session(): Session | null {
    const state = this.state.name === "closing" ? this.state.last : this.state;
    return state.name === "awaiting_authentication" ? null : state.session;
  }

  /** What it may still do (H7). */
  get allowance(): Allowance {
    this.#allowance ??= this.#allowances.forSocket();
    return this.#allowance;
  }

  /** Forgets an allowance that is as good as a new one. */
  forgetTheCalm(now: number): void {
    if (this.#allowance?.isFull(now) === true) this.#allowance = null;
  }

  /** Where it is and where it was, in the order of the last change of each. */
  get places(): ReadonlyMap<AudienceName, Place> {
    return this.#places ?? nowhere;
  }

  setPlace(audience: AudienceName, place: Place): void {
    this.#places ??= new Map();
    this.#places.delete(audience); // so that it is the last one
    this.#places.set(audience, place);
  }

  forgetPlace(audience: AudienceName): void {
    this.#places?.delete(audience);
  }

  forgetPlaces(): void {
    this.#places = null;
  }

  /** @returns false where the socket has more to read than it takes (H6) */
  send(frame: string): boolean {
    return this.state.name === "closing" || this.socket.sendText(frame) !== -1;
  }

  /** Says why and closes. Bun calls the handler of a closed socket before this returns. */
  close(why: CloseName): void {
    if (this.state.name === "closing") return;
    this.state = { name: "closing", why, last: this.state };
    const { code, reason } = closeCodes[why];
    this.socket.close(code, reason);
  }
}
