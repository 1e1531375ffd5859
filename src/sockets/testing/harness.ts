import { onTestFinished } from "bun:test";
import { FakeClock } from "./fake-clock.ts";
import { ScriptedServer, type Frame, type ScriptedSocket } from "./scripted-server.ts";
import { createSocketClient, type SocketClientOptions } from "../client.ts";
import type { PageSignal, PageSignals } from "../page-signals.ts";
import type { SocketToken } from "../token.ts";
import type { AnyEventFrame, ConnectionState, SocketClient } from "../types.ts";
import { asRoomId } from "../../protocol/ids.ts";
import type { MessagesOf, roomMessages, systemMessages } from "../../protocol/index.ts";

export type Messages = MessagesOf<[...typeof systemMessages, ...typeof roomMessages]>;

/** A page whose signals the test gives. */
class FakePage implements PageSignals {
  hidden = false;
  private readonly listeners = new Set<(signal: PageSignal) => void>();

  isHidden(): boolean {
    return this.hidden;
  }

  listen(listener: (signal: PageSignal) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  tell(signal: PageSignal): void {
    for (const listener of this.listeners) listener(signal);
  }
}

type StateOf<Name extends ConnectionState["name"]> = Extract<ConnectionState, { name: Name }>;

/** A client, the server that it talks to, and everything that it asks the world for; ends with its test. */
export class Harness {
  readonly clock = new FakeClock();
  readonly page = new FakePage();
  readonly server = new ScriptedServer();
  readonly roomId = asRoomId("00000000-0000-4000-8000-00000000000a");
  readonly states: ConnectionState[] = [];
  readonly events: AnyEventFrame[] = [];
  /** How often the client asked for a token: once for each try. */
  tokensAsked = 0;
  /** 0: no jitter, each wait is its shortest; a test that wants the longest sets it to almost 1. */
  jitter = 0;
  giveToken: () => Promise<SocketToken> = () => Promise.resolve(this.token(`token-${this.tokensAsked}`));
  readonly client: SocketClient<Messages>;

  constructor(options: Partial<SocketClientOptions> = {}) {
    const { token } = options;
    if (token !== undefined) this.giveToken = token;
    this.client = createSocketClient<Messages>({
      clock: this.clock,
      page: this.page,
      random: () => this.jitter,
      ...options,
      token: () => {
        this.tokensAsked += 1;
        return this.giveToken();
      },
    });
    this.client.onState((state) => this.states.push(state));
    this.client.onAny((event) => this.events.push(event));
    onTestFinished(() => {
      this.client.close();
      this.server.stop();
    });
  }

  token(token: string): SocketToken {
    return { token, expiresAt: new Date(this.clock.now() + 300_000).toISOString(), url: this.server.url };
  }

  /** The next socket, as far as `system.authenticate`. */
  async greeted(): Promise<{ socket: ScriptedSocket; authenticate: Frame }> {
    const socket = await this.server.socket();
    socket.welcome();
    return { socket, authenticate: await socket.next() };
  }

  /** The next socket, live. */
  async live(userId = "7", username = "jane", fields: Frame = {}): Promise<ScriptedSocket> {
    const { socket } = await this.greeted();
    socket.accept(userId, username, fields);
    await this.state("live");
    return socket;
  }

  state<Name extends ConnectionState["name"]>(name: Name): Promise<StateOf<Name>> {
    return new Promise((resolve) => {
      const end = this.client.onState((state) => {
        if (state.name !== name) return;
        // Not yet defined where the state is this one already.
        queueMicrotask(() => end());
        resolve(state as StateOf<Name>); // The name was just compared.
      });
    });
  }

  /** The next event of this type. */
  event(type: string): Promise<AnyEventFrame> {
    return new Promise((resolve) => {
      const end = this.client.onAny((event) => {
        if (event.type !== type) return;
        end();
        resolve(event);
      });
    });
  }

  /** Lets everything arrive that the server said before this, and then what the client sent. */
  async settled(socket: ScriptedSocket): Promise<void> {
    const marker = `test.marker.${crypto.randomUUID()}`;
    const arrived = this.event(marker);
    socket.say(marker);
    await arrived;
    await socket.pong();
  }
}
