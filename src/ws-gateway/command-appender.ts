/**
 * Puts commands into the log, all that came in together as one append, in the order in which they came. The read
 * handler waits for nothing; who sent a command that the log does not take is told so.
 */
import type { EventLog, NewRecord } from "../event-log/port.ts";
import type { CommandId, Rejection } from "../protocol/index.ts";
import type { Connection } from "./connection.ts";
import type { GatewayLogger } from "./surroundings.ts";

export interface PendingCommand {
  readonly record: NewRecord;
  readonly connection: Connection;
  /** Null where the client gave none. */
  readonly commandId: CommandId | null;
}

export type Refuse = (connection: Connection, rejection: Rejection, commandId: CommandId | null) => void;

/** With so many commands that the log has yet to take, no more are accepted. */
const maxOutstanding = 50_000;
/** Commands of one append. */
const mostAtOnce = 256;

export class CommandAppender {
  readonly #log: EventLog;
  readonly #refuse: Refuse;
  readonly #logger: GatewayLogger;
  #pending: PendingCommand[] = [];
  #outstanding = 0;
  #idle: (() => void)[] = [];

  constructor(log: EventLog, refuse: Refuse, logger: GatewayLogger) {
    this.#log = log;
    this.#refuse = refuse;
    this.#logger = logger;
  }

  add(command: PendingCommand): void {
    if (this.#outstanding >= maxOutstanding) {
      this.#refuse(command.connection, { code: "UNAVAILABLE" }, command.commandId);
      return;
    }
    this.#outstanding += 1;
    // After the reads of this turn of the event loop: what they bring is one append.
    if (this.#pending.push(command) === 1) setImmediate(() => this.#flush());
  }

  /** Everything that was added has been taken or refused. */
  async idle(): Promise<void> {
    while (this.#outstanding > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    // In pieces: what one of them adds, the next one finds when it asks whether there is room.
    for (let at = 0; at < pending.length; at += mostAtOnce)
      this.#append(this.#taken(pending.slice(at, at + mostAtOnce)));
  }

  /** Those for which the log has room; the others are refused. */
  #taken(piece: readonly PendingCommand[]): readonly PendingCommand[] {
    return piece.filter(({ record: { topic, key }, connection, commandId }) => {
      if (this.#log.isFull?.(topic, key) !== true) return true;
      this.#refuse(connection, { code: "UNAVAILABLE" }, commandId);
      this.#settle(1);
      return false;
    });
  }

  #append(batch: readonly PendingCommand[]): void {
    if (batch.length === 0) return;
    this.#log
      .append(batch.map(({ record }) => record))
      .catch((error: unknown) => {
        this.#logger.error({ error, commands: batch.length }, "the log did not take commands");
        for (const { connection, commandId } of batch)
          this.#refuse(connection, { code: "UNAVAILABLE" }, commandId);
      })
      .finally(() => this.#settle(batch.length));
  }

  #settle(count: number): void {
    this.#outstanding -= count;
    if (this.#outstanding === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}
