/** The commands that have no outcome yet (W2): sent, sent again with the same id, settled by their id. */
import { fullJitter } from "./backoff.ts";
import { CommandRefused, readRefusal, refusalOf } from "./refusal.ts";
import type { Clock } from "./clock.ts";
import { newCommandId } from "./new-command-id.ts";
import type { AnyEventFrame, Refusal } from "./types.ts";
import type { CommandId } from "../protocol/index.ts";

/** R5. Further ones wait for their turn. */
const mostOutstanding = 16;
/** W2: after this nobody knows what became of it, and only a snapshot can tell. */
const giveUpMs = 5 * 60_000;
/** However long a server asks to wait, the command has its five minutes. */
const longestRetryMs = 60_000;

interface Command {
  readonly commandId: CommandId;
  /** The frame, the same each time. */
  readonly text: string;
  readonly resolve: (outcome: AnyEventFrame) => void;
  readonly reject: (refused: CommandRefused) => void;
  readonly cancelGivingUp: () => void;
  retries: number;
  cancelRetry: () => void;
}

export interface CommandsOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** A command was given up: what the page shows may not be true any more. */
  readonly onGivenUp: () => void;
}

type Transmit = (text: string) => void;

export class OutstandingCommands {
  private readonly options: CommandsOptions;
  /** In the order of sending. */
  private readonly outstanding = new Map<string, Command>();
  private readonly waiting = new Map<string, Command>();
  /** null while nobody could hear. */
  private transmit: Transmit | null = null;

  constructor(options: CommandsOptions) {
    this.options = options;
  }

  send(type: string, payload: object, maxFrameBytes: number): Promise<AnyEventFrame> {
    const commandId = newCommandId();
    const text = JSON.stringify({ ...payload, type, commandId });
    if (new TextEncoder().encode(text).byteLength > maxFrameBytes) {
      // The server could not tell whose frame it was: it would never be settled.
      return Promise.reject(new CommandRefused({ ...refusalOf("FRAME_TOO_LARGE"), commandId }));
    }
    return new Promise((resolve, reject) => {
      const cancelGivingUp = this.options.clock.after(giveUpMs, () => this.giveUp(commandId));
      const cancelRetry = () => undefined;
      this.waiting.set(commandId, {
        commandId,
        text,
        resolve,
        reject,
        cancelGivingUp,
        retries: 0,
        cancelRetry,
      });
      this.sendWaiting();
    });
  }

  /** The socket is authenticated: sends again what has no outcome, then what waits. */
  resume(transmit: Transmit): void {
    this.transmit = transmit;
    for (const command of this.outstanding.values()) this.transmitNow(command);
    this.sendWaiting();
  }

  /** The socket is gone. */
  pause(): void {
    this.transmit = null;
  }

  /** Looks whether `frame` is the outcome of a command, or asks to repeat one. */
  hear(frame: AnyEventFrame): void {
    const command = frame.commandId === undefined ? undefined : this.outstanding.get(frame.commandId);
    if (command === undefined) return;
    if (frame.type === "system.error") this.hearError(command, readRefusal(frame));
    else if (frame.type === "system.event.command_settled" && frame["ok"] !== true) {
      this.reject(command, readRefusal(frame));
    } else {
      this.forget(command);
      command.resolve(frame);
    }
  }

  rejectAll(refusal: Refusal): void {
    this.transmit = null;
    for (const command of [...this.outstanding.values(), ...this.waiting.values()])
      this.reject(command, refusal);
  }

  private hearError(command: Command, refusal: Refusal): void {
    if (!refusal.retryable) return this.reject(command, refusal);
    command.retries += 1;
    const wait = refusal.retryAfterMs ?? fullJitter(command.retries, this.options.random);
    command.cancelRetry();
    command.cancelRetry = this.options.clock.after(Math.min(Math.max(wait, 0), longestRetryMs), () =>
      this.transmitNow(command),
    );
  }

  private giveUp(commandId: CommandId): void {
    const command = this.outstanding.get(commandId) ?? this.waiting.get(commandId);
    if (command === undefined) return;
    const message =
      "The server did not say what became of this: look at the page and do it again if need be.";
    this.reject(command, refusalOf("UNAVAILABLE", message));
    this.options.onGivenUp();
  }

  private reject(command: Command, refusal: Refusal): void {
    this.forget(command);
    command.reject(new CommandRefused({ ...refusal, commandId: command.commandId }));
  }

  private forget(command: Command): void {
    command.cancelGivingUp();
    command.cancelRetry();
    this.outstanding.delete(command.commandId);
    this.waiting.delete(command.commandId);
    this.sendWaiting();
  }

  private sendWaiting(): void {
    for (const command of this.waiting.values()) {
      if (this.transmit === null || this.outstanding.size >= mostOutstanding) return;
      this.waiting.delete(command.commandId);
      this.outstanding.set(command.commandId, command);
      this.transmitNow(command);
    }
  }

  private transmitNow(command: Command): void {
    command.cancelRetry();
    this.transmit?.(command.text);
  }
}
