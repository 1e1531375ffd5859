/** What a page holds: sends commands and waits for their outcomes, hands on events once, and says how it stands. */
import { systemClock, type Clock } from "./clock.ts";
import { LogCursor } from "./cursor.ts";
import { OutstandingCommands } from "./commands.ts";
import { closedRefusal, KeptConnection } from "./kept-connection.ts";
import { Listeners } from "./listeners.ts";
import type { AuthenticatedFrame } from "./connection.ts";
import { pageHere, type PageSignals } from "./page-signals.ts";
import { CommandRefused, refusalOf } from "./refusal.ts";
import { SeenEvents } from "./seen-events.ts";
import { ServerClock } from "./server-clock.ts";
import type { SocketConstructor } from "./socket-like.ts";
import { timerTicker, workerTicker } from "./ticker.ts";
import type { SocketToken } from "./token.ts";
import type { AnyEventFrame, ConnectionState, EventFrame, MessageTypes, SocketClient } from "./types.ts";

export interface SocketClientOptions {
  /** A fresh token: `fetchToken` on a page. Rejects with a `TokenUnavailable`. */
  readonly token: () => Promise<SocketToken>;
  /** The address of the built heartbeat-worker.ts; without it the page's own timers beat. */
  readonly heartbeatWorkerUrl?: string;
  /** Where there is no global one (Node before 22): that of the package ws. */
  readonly WebSocket?: SocketConstructor;
  readonly clock?: Clock;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly page?: PageSignals;
}

/**
 * Connects at once, and goes on trying until `close`.
 *
 * @throws TypeError where there is no WebSocket
 */
export function createSocketClient<Messages extends MessageTypes>(
  options: SocketClientOptions,
): SocketClient<Messages> {
  return new Client<Messages>(options);
}

/** W1; the welcome says it, this is for what is sent before. */
const usualFrameBytes = 16 * 1024;

function webSocketHere(): SocketConstructor {
  if (typeof WebSocket !== "undefined") return WebSocket;
  throw new TypeError(
    "There is no WebSocket here: pass one in the option WebSocket, as that of the package ws.",
  );
}

class Client<Messages extends MessageTypes> implements SocketClient<Messages> {
  private readonly clock: Clock;
  private readonly serverClock = new ServerClock();
  private readonly seen = new SeenEvents();
  private readonly cursor = new LogCursor();
  private readonly events = new Listeners<AnyEventFrame>();
  private readonly states = new Listeners<ConnectionState>();
  private readonly commands: OutstandingCommands;
  private readonly kept: KeptConnection;
  private isSyncing = false;

  constructor(options: SocketClientOptions) {
    const { clock = systemClock, random = Math.random, heartbeatWorkerUrl } = options;
    this.clock = clock;
    this.commands = new OutstandingCommands({ clock, random, onGivenUp: () => this.sync() });
    const timers = timerTicker(clock);
    this.kept = new KeptConnection({
      token: options.token,
      random,
      clock,
      WebSocket: options.WebSocket ?? webSocketHere(),
      ticker: heartbeatWorkerUrl === undefined ? timers : workerTicker(heartbeatWorkerUrl, timers),
      page: options.page ?? pageHere(),
      serverClock: this.serverClock,
      resume: () => this.cursor.request(),
      onConnected: (frame) => this.goOn(frame),
      onDisconnected: () => this.commands.pause(),
      onFrame: (frame) => this.hear(frame),
      onState: (state) => this.states.tell(state),
      onEnd: (refusal) => this.commands.rejectAll(refusal),
    });
  }

  get state(): ConnectionState {
    return this.kept.state;
  }

  serverNow(): number {
    return this.serverClock.at(this.clock.now());
  }

  send<Type extends keyof Messages["commands"] & string>(
    type: Type,
    payload: Messages["commands"][Type],
  ): Promise<AnyEventFrame> {
    const { state } = this.kept;
    if (state.name === "signed_out") {
      return Promise.reject(new CommandRefused(refusalOf(state.code, state.message)));
    }
    if (state.name === "closed") return Promise.reject(new CommandRefused(closedRefusal));
    // A declared payload is an object; the general `Messages` does not say so.
    return this.submit(type, payload as object);
  }

  tell<Type extends keyof Messages["commands"] & string>(
    type: Type,
    payload: Messages["commands"][Type],
  ): void {
    // A declared payload is an object; the general `Messages` does not say so.
    if (this.kept.state.name === "live") this.kept.transmit(JSON.stringify({ ...(payload as object), type }));
  }

  on<Type extends keyof Messages["events"] & string>(
    type: Type,
    listener: (event: EventFrame<Type, Messages["events"][Type]>) => void,
  ): () => void {
    return this.events.add((event) => {
      // The declaration of a type is the server's promise of its fields.
      if (event.type === type) listener(event as EventFrame<Type, Messages["events"][Type]>);
    });
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
    return this.cursor.keepOpen(channel);
  }

  close(): void {
    this.kept.close();
  }

  private submit(type: string, payload: object): Promise<AnyEventFrame> {
    return this.commands.send(type, payload, this.kept.maxFrameBytes ?? usualFrameBytes);
  }

  private goOn({ resumed, cursor }: AuthenticatedFrame): void {
    this.commands.resume((text) => this.kept.transmit(text));
    // After a resume the cursor stays where it is: what was missed is still to come, and moves it.
    if (resumed) return;
    this.cursor.start(cursor);
    this.sync();
  }

  private hear(frame: AnyEventFrame): void {
    // An outcome settles its command even where the event itself has been seen before.
    this.commands.hear(frame);
    if (this.seen.isNew(frame)) this.events.tell(frame);
    this.cursor.hear(frame);
  }

  /** Asks for everything that this person takes part in; the answer goes to those who listen for it. */
  private sync(): void {
    if (this.isSyncing) return;
    this.isSyncing = true;
    this.submit("system.command.sync_state", {}).then(
      () => {
        this.isSyncing = false;
      },
      (refused: unknown) => {
        this.isSyncing = false;
        const isOver = this.state.name === "signed_out" || this.state.name === "closed";
        // Given up after five minutes: what the page shows may still be wrong.
        if (!isOver && refused instanceof CommandRefused && refused.code === "UNAVAILABLE") this.sync();
      },
    );
  }
}
