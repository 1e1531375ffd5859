/** Keeps one connection alive for as long as the page is open, and says how it stands (R5). */
import { closeCodes, mayReconnect } from "../protocol/close-codes.ts";
import { fullJitter } from "./backoff.ts";
import { Connection, type AuthenticatedFrame, type ConnectionSurroundings, type Loss } from "./connection.ts";
import type { ResumeRequest } from "./cursor.ts";
import { refusalOf } from "./refusal.ts";
import type { PageSignal } from "./page-signals.ts";
import type { SocketToken } from "./token.ts";
import type { AnyEventFrame, ConnectionState, Interruption, Refusal, SignedInUser } from "./types.ts";

/** F34: after this long without a connection it is no blink any more. */
const unreachableMs = 7_000;
/** F26: several reasons to try at once are one try. */
const betweenAttemptsMs = 1_000;
/** A try that has hung for this long when the network comes back hangs in the old network. */
const staleAttemptMs = 2_000;
const tokenMs = 10_000;
const mostTokensRefused = 2;
/** A server that lets in and throws out at once is not asked again and again from the shortest wait. */
const settledMs = 10_000;
const renewAgainMs = 2_000;
/** H8: a gateway is gone within this time, and so need not ask for a longer wait. */
const longestAskedMs = 30_000;

export interface KeptConnectionOptions extends ConnectionSurroundings {
  readonly token: () => Promise<SocketToken>;
  readonly random: () => number;
  /** Where to go on after a reconnect (R3). */
  resume(): ResumeRequest | null;
  /** The person is authenticated on a new socket. Before the state says `live`. */
  onConnected(frame: AuthenticatedFrame): void;
  /** The socket is gone; another one is being tried for. */
  onDisconnected(): void;
  onFrame(frame: AnyEventFrame): void;
  onState(state: ConnectionState): void;
  /** It is over for good. After the state says so. */
  onEnd(refusal: Refusal): void;
}

export class KeptConnection {
  private readonly options: KeptConnectionOptions;
  private current: ConnectionState = { name: "connecting" };
  private connection: Connection | null = null;
  /** Counts the tries, so that what belongs to an older one comes to nothing. */
  private attemptId = 0;
  private attemptStartedAt = Number.NEGATIVE_INFINITY;
  private isAttempting = false;
  private failuresInARow = 0;
  private liveSince = 0;
  private interruption: Interruption;
  /** Whose page this is: the first one who was authenticated here, for ever (F40). */
  private user: SignedInUser | null = null;
  private isRenewing = false;
  /** What a gateway that stops asks of this client. */
  private askedToWaitMs: number | null = null;
  /** The page is in the back-forward cache, or on its way out. */
  private isAway = false;
  /** In a row, each as soon as it was given. */
  private tokensRefused = 0;
  /** Of the time limit of a try, or of the wait for the next one. */
  private cancelTimer: () => void = () => undefined;
  private cancelUnreachable: () => void = () => undefined;
  private readonly stopListening: () => void;

  constructor(options: KeptConnectionOptions) {
    this.options = options;
    this.stopListening = options.page.listen((signal) => this.hearPage(signal));
    this.interruption = this.beginInterruption("The server has not answered yet.");
    this.attempt();
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** In bytes; null where the server has not said it. */
  get maxFrameBytes(): number | null {
    return this.connection?.maxFrameBytes ?? null;
  }

  transmit(text: string): void {
    this.connection?.transmit(text);
  }

  close(): void {
    if (!this.isFinal()) this.end({ name: "closed" }, closedRefusal);
  }

  // --- Trying

  private attempt(): void {
    this.isAttempting = true;
    this.attemptStartedAt = this.options.clock.now();
    this.interruption = { ...this.interruption, attempt: this.interruption.attempt + 1 };
    if (this.current.name !== "connecting") this.showInterruption();
    const id = ++this.attemptId;
    this.startTimer(tokenMs, () => this.fail("The server does not answer."));
    this.options.token().then(
      (token) => {
        if (id === this.attemptId) this.open(token);
      },
      (error: unknown) => {
        if (id === this.attemptId) this.hearTokenError(error);
      },
    );
  }

  private open({ url, token }: SocketToken): void {
    this.cancelTimer();
    try {
      this.connection = new Connection(url, token, this.options.resume(), this.options, {
        onAuthenticated: (frame) => this.hearAuthenticated(frame),
        onFrame: (frame) => this.hearFrame(frame),
        onLost: (loss) => this.hearLoss(loss),
      });
    } catch {
      this.fail(`The server names an address for the live connection that cannot be used: ${url}`);
    }
  }

  private hearTokenError(error: unknown): void {
    const status = statusOf(error);
    if (status === 401) return this.signOut("AUTH_REQUIRED");
    if (status === 403) return this.signOut("FORBIDDEN", messageOf(error));
    this.fail(status === null ? messageOf(error) : `${messageOf(error)} (HTTP ${status})`);
  }

  private fail(why: string): void {
    this.abandonAttempt();
    this.failuresInARow += 1;
    this.interruption = { ...this.interruption, why };
    this.showInterruption();
    this.attemptAfter(this.askedToWaitMs ?? fullJitter(this.failuresInARow, this.options.random));
    this.askedToWaitMs = null;
  }

  /** After `ms`, but no more than about one try a second (F26). */
  private attemptAfter(ms: number): void {
    const soonest = this.attemptStartedAt + betweenAttemptsMs - this.options.clock.now();
    this.startTimer(Math.max(ms, soonest, 0), () => this.attempt());
  }

  private abandonAttempt(): void {
    this.attemptId += 1;
    this.isAttempting = false;
    this.isRenewing = false;
    this.cancelTimer();
    this.connection?.abandon();
    this.connection = null;
  }

  private startTimer(ms: number, run: () => void): void {
    this.cancelTimer();
    this.cancelTimer = this.options.clock.after(ms, run);
  }

  // --- Connected

  private hearAuthenticated(frame: AuthenticatedFrame): void {
    const { userId, username, roles, resumed } = frame;
    const user: SignedInUser = { userId, username, roles };
    if (this.user !== null && this.user.userId !== userId) return this.signOutFor(user);
    this.user = user;
    this.isRenewing = false;
    this.tokensRefused = 0;
    if (this.isAttempting) {
      this.isAttempting = false;
      this.cancelUnreachable();
      this.liveSince = this.options.clock.now();
      this.options.onConnected(frame);
      this.show({ name: "live", user, resumed });
    }
  }

  private hearFrame(frame: AnyEventFrame): void {
    if (frame.type === "system.token_expiring") this.renewToken();
    // H8: the gateway spreads its clients' return over time.
    if (frame.type === "system.reconnect") this.askedToWaitMs = boundedWait(frame["afterMs"]);
    this.options.onFrame(frame);
  }

  /** H4: on the same socket, so that nothing is interrupted. */
  private renewToken(): void {
    const { connection } = this;
    if (connection === null || this.isRenewing) return;
    this.isRenewing = true;
    this.options.token().then(
      ({ token }) => {
        if (connection === this.connection) connection.renew(token);
      },
      (error: unknown) => {
        if (connection === this.connection) this.hearRenewalError(error, connection);
      },
    );
  }

  private hearRenewalError(error: unknown, connection: Connection): void {
    const status = statusOf(error);
    if (status === 401 || status === 403) return this.hearTokenError(error);
    this.isRenewing = false;
    // The server gives 25 s of grace; after that it closes, and a new connection asks again.
    this.options.clock.after(renewAgainMs, () => {
      if (connection === this.connection) this.renewToken();
    });
  }

  private hearLoss(loss: Loss): void {
    if (
      loss.closeCode !== null &&
      !mayReconnect(loss.closeCode) &&
      !this.mayGoOnWithNewToken(loss.closeCode)
    ) {
      return this.signOut(codeOfClose(loss.closeCode), loss.why);
    }
    if (this.current.name === "live") {
      if (this.options.clock.now() - this.liveSince >= settledMs) this.failuresInARow = 0;
      this.interruption = this.beginInterruption(loss.why);
      this.options.onDisconnected();
    }
    this.fail(loss.why);
  }

  /**
   * A renewal is refused where another person signed in (H4): a new connection tells who that is. A token that is
   * refused as soon as it was given says something of the servers' clocks or keys, and nothing of whose page this is.
   */
  private mayGoOnWithNewToken(closeCode: number): boolean {
    if (closeCode !== closeCodes.AUTH_FAILED.code) return false;
    if (!this.isAttempting) return this.isRenewing;
    this.tokensRefused += 1;
    return this.tokensRefused <= mostTokensRefused;
  }

  // --- What the page says

  private hearPage(signal: PageSignal): void {
    if (signal === "leave") this.leave();
    else if (signal === "hidden") this.connection?.beat();
    else this.wake();
  }

  private leave(): void {
    this.isAway = true;
    this.abandonAttempt();
    this.cancelUnreachable();
    this.options.onDisconnected();
  }

  private wake(): void {
    if (this.connection?.isLive === true) return this.connection.probe();
    if (this.isAway) {
      this.isAway = false;
      this.interruption = this.beginInterruption("This page was put aside.");
      this.showInterruption();
    } else if (this.isAttempting) {
      if (this.options.clock.now() - this.attemptStartedAt < staleAttemptMs) return;
      this.abandonAttempt();
    }
    this.failuresInARow = 0;
    this.attemptAfter(0);
  }

  // --- How it stands

  private beginInterruption(why: string): Interruption {
    this.cancelUnreachable();
    this.cancelUnreachable = this.options.clock.after(unreachableMs, () => this.showInterruption());
    return { since: this.options.clock.now(), attempt: 0, why };
  }

  private showInterruption(): void {
    const isLong = this.options.clock.now() - this.interruption.since >= unreachableMs;
    this.show({ name: isLong ? "unreachable" : "reconnecting", ...this.interruption });
  }

  private signOut(code: Refusal["code"], message?: string): void {
    const refusal = refusalOf(code, message);
    this.end({ name: "signed_out", code, message: refusal.message }, refusal);
  }

  /** F40: this page shows one person and would act as another. */
  private signOutFor(now: SignedInUser): void {
    const refusal = now.roles.includes("visitor")
      ? refusalOf("AUTH_REQUIRED", "You were signed out in another tab: sign in again.")
      : refusalOf("AUTH_FAILED", `You are signed in as ${now.username} now: reload the page to go on.`);
    this.end({ name: "signed_out", code: refusal.code, message: refusal.message, now }, refusal);
  }

  private end(state: ConnectionState, refusal: Refusal): void {
    this.abandonAttempt();
    this.cancelUnreachable();
    this.stopListening();
    this.show(state);
    this.options.onEnd(refusal);
  }

  private isFinal(): boolean {
    return this.current.name === "signed_out" || this.current.name === "closed";
  }

  private show(state: ConnectionState): void {
    this.current = state;
    this.options.onState(state);
  }
}

export const closedRefusal: Refusal = refusalOf("UNAVAILABLE", "This connection was closed.");

function codeOfClose(closeCode: number): Refusal["code"] {
  return closeCode === closeCodes.SESSION_REVOKED.code ? "AUTH_REQUIRED" : "AUTH_FAILED";
}

function boundedWait(afterMs: unknown): number | null {
  return typeof afterMs === "number" ? Math.min(afterMs, longestAskedMs) : null;
}

function statusOf(error: unknown): number | null {
  const status = typeof error === "object" && error !== null && "status" in error ? error.status : null;
  return typeof status === "number" ? status : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "The server cannot be reached.";
}
