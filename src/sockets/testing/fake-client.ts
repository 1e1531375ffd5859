import { Listeners } from "../listeners.ts";
import type { AnyEventFrame, AnySocketClient, ConnectionState } from "../types.ts";
import { asUserId } from "../../protocol/ids.ts";

interface Sent {
  readonly type: string;
  readonly payload: object;
  readonly resolve: (outcome: AnyEventFrame) => void;
  readonly reject: (reason: Error) => void;
}

/** A client without a network: what it sends waits here for the test to answer. */
export class FakeClient implements AnySocketClient {
  state: ConnectionState = { name: "connecting" };
  readonly sent: Sent[] = [];
  readonly told: { readonly type: string; readonly payload: object }[] = [];
  readonly channels = new Set<string>();
  private readonly events = new Listeners<AnyEventFrame>();
  private readonly states = new Listeners<ConnectionState>();
  private count = 0;

  send(type: string, payload: object): Promise<AnyEventFrame> {
    return new Promise((resolve, reject) => this.sent.push({ type, payload, resolve, reject }));
  }

  tell(type: string, payload: object): void {
    this.told.push({ type, payload });
  }

  onAny(listener: (event: AnyEventFrame) => void): () => void {
    return this.events.add(listener);
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    const end = this.states.add(listener);
    listener(this.state);
    return end;
  }

  keepOpen(channel: string): () => void {
    this.channels.add(channel);
    return () => void this.channels.delete(channel);
  }

  goLive({ resumed = false } = {}): void {
    const user = { userId: asUserId("7"), username: "jane", roles: ["user"] };
    this.show({ name: "live", user, resumed });
  }

  lose(): void {
    this.show({ name: "reconnecting", since: 0, attempt: 0, why: "" });
  }

  deliver(type: string, fields: Readonly<Record<string, unknown>>): AnyEventFrame {
    this.count += 1;
    const event = { eventId: `e${this.count}`, ...fields, type };
    this.events.tell(event);
    return event;
  }

  /** Answers the oldest command that has no outcome yet, as the client does: the event first, then the promise. */
  async answer(type: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
    const sent = this.sent.shift();
    if (sent === undefined) throw new Error("Nothing was sent.");
    sent.resolve(this.deliver(type, fields));
    await letPromisesRun();
  }

  private show(state: ConnectionState): void {
    this.state = state;
    this.states.tell(state);
  }
}

/** Everything that hangs on promises which are settled already. */
export async function letPromisesRun(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
