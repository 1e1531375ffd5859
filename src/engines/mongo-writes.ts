/**
 * Mends what hangs when a server dies: a write to a socket that the other side has closed a moment ago returns
 * `false` in Bun, as if it had to wait, and neither "drain" nor "error" follows. The driver waits for ever, and the
 * connection is lost to the pool. With this the wait ends with the connection.
 */
import type { EventEmitter } from "node:events";
import { createRequire } from "node:module";

/** As much as is needed of the driver's own connection, which it does not show. */
interface DriverConnection extends EventEmitter {
  /** Why it was closed. */
  readonly error: Error | null;
  writeCommand(command: unknown, options: unknown): Promise<void>;
}

const within = createRequire(import.meta.url)("mongodb/lib/cmap/connection.js") as {
  readonly Connection?: { readonly prototype: DriverConnection };
}; // held by the check below, and by a test that kills a server

let isDone = false;

/** Once for all clients of this process. */
export function endWritesWithConnections(): void {
  if (isDone) return;
  isDone = true;
  const connection = within.Connection?.prototype;
  if (typeof connection?.writeCommand !== "function") {
    throw new Error("The driver of MongoDB has changed inside: see whether it still needs mongo-writes.ts.");
  }
  const { writeCommand } = connection;
  connection.writeCommand = async function (this: DriverConnection, command, options) {
    const { promise: closed, reject } = Promise.withResolvers<never>();
    const onClose = () => reject(this.error ?? new Error("The connection was closed."));
    this.once("close", onClose);
    try {
      await Promise.race([writeCommand.call(this, command, options), closed]);
    } finally {
      this.off("close", onClose);
    }
  };
}
