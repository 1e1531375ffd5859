/** What one client did and saw, noted as it happens: the checker believes nothing else of it. */
import type { AnyEventFrame, AnySocketClient } from "../../../src/sockets/index.ts";

export type Role = "player" | "spectator";

export interface Acknowledged {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly outcome: AnyEventFrame;
}

export class Journal {
  readonly userId: string;
  readonly role: Role;
  /** The rooms of its table, and nobody else's. */
  readonly rooms = new Set<string>();
  readonly acknowledged: Acknowledged[] = [];
  readonly frames: AnyEventFrame[] = [];
  /** By room, the numbers of what a page would have shown: `null` before one that a snapshot brought. */
  readonly lines = new Map<string, (number | null)[]>();
  readonly #client: AnySocketClient;

  constructor(userId: string, role: Role, client: AnySocketClient) {
    this.userId = userId;
    this.role = role;
    this.#client = client;
    client.onAny((frame) => void this.frames.push(frame));
  }

  /** Sends, and notes it where it was acknowledged. */
  async send(type: string, payload: Readonly<Record<string, unknown>>): Promise<AnyEventFrame> {
    const outcome = await this.#client.send(type, payload);
    this.acknowledged.push({ type, payload, outcome });
    return outcome;
  }
}
