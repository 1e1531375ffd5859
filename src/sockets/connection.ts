/** One socket, from its opening to its end (H1, H5): handshake, heartbeat, and the sentence that says why it ended. */
import { closeCodes } from "../protocol/close-codes.ts";
import type { Clock } from "./clock.ts";
import type { ResumeRequest } from "./cursor.ts";
import type { PageSignals } from "./page-signals.ts";
import type { ServerClock } from "./server-clock.ts";
import type { Ticker } from "./ticker.ts";
import type { SocketConstructor, SocketLike } from "./socket-like.ts";
import type { AnyEventFrame, EventFrame } from "./types.ts";
import type { MessagesOf, systemMessages } from "../protocol/index.ts";

type SystemEvents = MessagesOf<typeof systemMessages>["events"];
export type AuthenticatedFrame = EventFrame<"system.authenticated", SystemEvents["system.authenticated"]>;
type WelcomeFrame = EventFrame<"system.welcome", SystemEvents["system.welcome"]>;

/** For the welcome (the network's part included), and again for `authenticated`. */
const handshakeMs = 6_000;
/** How soon a socket must show that it survived a sleep (F26). */
const probeMs = 2_000;
/** This many heartbeats without an answer, and the other side is taken for gone. */
const silentBeats = 2;

export interface Loss {
  /** null where the library gave the socket up. */
  readonly closeCode: number | null;
  /** A sentence for a person. */
  readonly why: string;
}

export interface ConnectionHandlers {
  /** After the handshake, and again after each renewal of the token. */
  onAuthenticated(frame: AuthenticatedFrame): void;
  onFrame(frame: AnyEventFrame): void;
  /** Once, and never after `abandon`. */
  onLost(loss: Loss): void;
}

export interface ConnectionSurroundings {
  readonly WebSocket: SocketConstructor;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly page: PageSignals;
  readonly serverClock: ServerClock;
}

type Phase = "opening" | "authenticating" | "live" | "over";

export class Connection {
  private readonly around: ConnectionSurroundings;
  private readonly token: string;
  private readonly resume: ResumeRequest | null;
  private readonly handlers: ConnectionHandlers;
  private readonly socket: SocketLike;
  private readonly openedAt: number;
  private phase: Phase = "opening";
  private welcome: WelcomeFrame | null = null;
  /** What the server complained about, before it closed without a reason. */
  private lastError: string | null = null;
  private authenticateSentAt = 0;
  /** When each heartbeat was sent that has no answer yet, oldest first. */
  private unanswered: number[] = [];
  private beatsSinceAnswer = 0;
  private lastTickAt = 0;
  private cancelLimit: () => void = () => undefined;
  private cancelProbe: (() => void) | null = null;
  private endTicker: () => void = () => undefined;

  /**
   * Throws where `url` is no address of a socket.
   *
   * @param resume from where to go on; null for a client that begins
   */
  constructor(
    url: string,
    token: string,
    resume: ResumeRequest | null,
    around: ConnectionSurroundings,
    handlers: ConnectionHandlers,
  ) {
    this.around = around;
    this.token = token;
    this.resume = resume;
    this.handlers = handlers;
    this.openedAt = around.clock.now();
    this.socket = new around.WebSocket(url);
    this.socket.addEventListener("message", ({ data }) => this.hear(data));
    this.socket.addEventListener("close", ({ code, reason }) =>
      this.lose({ closeCode: code, why: this.describe(code, reason) }),
    );
    // A close follows and says it; the package ws throws an error that nobody listens for.
    this.socket.addEventListener("error", () => undefined);
    this.limit("The server does not answer on the live connection.");
  }

  get isLive(): boolean {
    return this.phase === "live";
  }

  /** In bytes; null before the welcome. */
  get maxFrameBytes(): number | null {
    return this.welcome?.maxFrameBytes ?? null;
  }

  transmit(text: string): void {
    // A socket that is closing drops it, as a network would: commands are sent again by their owner.
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(text);
  }

  /** H4: a new token on the same socket. */
  renew(token: string): void {
    this.authenticate({ token });
  }

  private authenticate(fields: { readonly token: string; readonly resume?: ResumeRequest }): void {
    this.authenticateSentAt = this.around.clock.now();
    this.transmit(JSON.stringify({ type: "system.authenticate", ...fields }));
  }

  /** Says that this client is alive and whether anybody looks at it. */
  beat(): void {
    if (this.phase !== "live") return;
    this.unanswered.push(this.around.clock.now());
    this.transmit(JSON.stringify({ type: "system.heartbeat", hidden: this.around.page.isHidden() }));
  }

  /** After a sleep a socket may say that it is open and be dead: it has two seconds to answer. */
  probe(): void {
    if (this.phase !== "live" || this.cancelProbe !== null) return;
    this.beat();
    this.cancelProbe = this.around.clock.after(probeMs, () =>
      this.lose({ closeCode: null, why: "The connection did not survive the pause." }),
    );
  }

  /** Ends it, with nothing said to the handlers. */
  abandon(): void {
    if (this.phase === "over") return;
    this.phase = "over";
    this.cancelLimit();
    this.cancelProbe?.();
    this.endTicker();
    this.socket.close(1000);
  }

  private lose(loss: Loss): void {
    if (this.phase === "over") return;
    this.abandon();
    this.handlers.onLost(loss);
  }

  private limit(why: string): void {
    this.cancelLimit();
    this.cancelLimit = this.around.clock.after(handshakeMs, () => this.lose({ closeCode: null, why }));
  }

  private hear(data: unknown): void {
    // What was on its way when the socket was given up.
    if (this.isOver()) return;
    const frame = parse(data);
    if (frame === null) return;
    if (is<WelcomeFrame>(frame, "system.welcome")) this.hearWelcome(frame);
    else if (is<AuthenticatedFrame>(frame, "system.authenticated")) this.hearAuthenticated(frame);
    else if (frame.type === "system.heartbeat_ack") this.hearAck(frame);
    else if (frame.type === "system.error" && typeof frame["message"] === "string") {
      this.lastError = frame["message"];
    }
    // A handler may have ended it.
    if (!this.isOver()) this.handlers.onFrame(frame);
  }

  private hearWelcome(welcome: WelcomeFrame): void {
    if (this.phase !== "opening") return;
    this.welcome = welcome;
    this.phase = "authenticating";
    this.around.serverClock.hear(welcome.timestamp, this.openedAt, this.around.clock.now());
    this.limit("The server does not answer to the sign-in on the live connection.");
    const { token, resume } = this;
    this.authenticate(resume === null ? { token } : { token, resume });
  }

  private hearAuthenticated(frame: AuthenticatedFrame): void {
    if (this.welcome === null) return;
    this.around.serverClock.hear(frame.timestamp, this.authenticateSentAt, this.around.clock.now());
    if (this.phase === "authenticating") {
      this.phase = "live";
      this.lastError = null;
      this.cancelLimit();
      this.lastTickAt = this.around.clock.now();
      this.endTicker = this.around.ticker(this.welcome.heartbeatMs, () => this.tick());
    }
    this.handlers.onAuthenticated(frame);
    // Opened in a tab in the background: only a heartbeat says so.
    if (this.around.page.isHidden()) this.beat();
  }

  private hearAck(frame: AnyEventFrame): void {
    this.beatsSinceAnswer = 0;
    this.cancelProbe?.();
    this.cancelProbe = null;
    const sentAt = this.unanswered.shift();
    if (sentAt !== undefined) {
      this.around.serverClock.hear(frame["timestamp"], sentAt, this.around.clock.now());
    }
  }

  private tick(): void {
    const now = this.around.clock.now();
    const slept = now - this.lastTickAt > 2 * (this.welcome?.heartbeatMs ?? Number.POSITIVE_INFINITY);
    this.lastTickAt = now;
    if (slept) return this.probe();
    if (this.beatsSinceAnswer >= silentBeats) {
      return this.lose({ closeCode: null, why: "The server does not answer any more." });
    }
    this.beatsSinceAnswer += 1;
    this.beat();
  }

  private isOver(): boolean {
    return this.phase === "over";
  }

  private describe(code: number, reason: string): string {
    const known = Object.values(closeCodes).find((entry) => entry.code === code)?.reason;
    const sentence = reason || known || this.lastError;
    if (sentence) return `${sentence} (${code})`;
    return this.phase === "opening"
      ? `The live connection could not be opened (${code}): something in between may not let it through.`
      : `The connection broke off (${code}).`;
  }
}

/** The declaration of a type is the server's promise of its fields. */
function is<Frame extends { readonly type: string }>(
  frame: { readonly type: string },
  type: Frame["type"],
): frame is Frame {
  return frame.type === type;
}

function parse(data: unknown): AnyEventFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    // An event as declared, or one of a newer server: whoever listens for its type knows its fields.
    return isTyped(frame) ? (frame as AnyEventFrame) : null;
  } catch {
    return null;
  }
}

function isTyped(frame: unknown): frame is { readonly type: string } {
  return typeof frame === "object" && frame !== null && "type" in frame && typeof frame.type === "string";
}
