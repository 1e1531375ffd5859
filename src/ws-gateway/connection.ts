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

/** So many audiences that a socket has left are remembered. */
const maxLeft = 200;

const none: readonly AudienceName[] = [];

/** There are tens of thousands: whatever most of them do not need is made when one does. */
export class Connection {
  readonly id: ConnectionId;
  readonly socket: Socket;
  state: ConnectionState;
  readonly #allowances: Allowances<UserId>;
  /** None yet, or no more, of most: who only listens has none. */
  #allowance: Allowance | null = null;
  /**
   * The audiences that it is in, each with the `seq` of its room from which it is so; -1 where nothing said. None of
   * most: who is in no room has none.
   */
  #entered: Map<AudienceName, number> | null = null;
  /** The last that it has left, the oldest first, each with the `seq` of its room from which it is so. */
  #left: Map<AudienceName, number> | null = null;

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

  /** Those that it is in. */
  get audiences(): Iterable<AudienceName> {
    return this.#entered?.keys() ?? none;
  }

  isIn(audience: AudienceName): boolean {
    return this.#entered?.has(audience) === true;
  }

  /** From which `seq` of the room it is in an audience, or has left it; undefined where neither is known. */
  placedAt(audience: AudienceName): number | undefined {
    return this.#entered?.get(audience) ?? this.#left?.get(audience);
  }

  enter(audience: AudienceName, seq: number): void {
    this.#left?.delete(audience);
    this.#entered ??= new Map();
    this.#entered.set(audience, seq);
  }

  /** It is remembered for a while, so that an older directive does not bring it back. */
  leave(audience: AudienceName, seq: number): void {
    this.#entered?.delete(audience);
    if (this.#entered?.size === 0) this.#entered = null;
    this.#left ??= new Map();
    this.#left.delete(audience); // so that it is the last one
    this.#left.set(audience, seq);
    if (this.#left.size <= maxLeft) return;
    const [oldest] = this.#left.keys();
    if (oldest !== undefined) this.#left.delete(oldest);
  }

  forgetPlaces(): void {
    this.#entered = null;
    this.#left = null;
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
