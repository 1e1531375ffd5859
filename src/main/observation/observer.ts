/** Whoever counts, logs or traces: each part of it is optional, and several may listen at once. */
import type { Readiness } from "../entrance-routes.ts";
import type { EventLog, LogRecord, NewRecord } from "../../event-log/port.ts";
import type { GamesObserver } from "../../games/index.ts";
import type { RoomStore, Unit, UnitResult } from "../../games/store/port.ts";
import type { CommandId } from "../../protocol/index.ts";
import type { HttpObserver } from "../../web/index.ts";
import type { Gateway, GatewayObserver } from "../../ws-gateway/index.ts";

export type StoreName = "rooms" | "lobby_chat" | "private_chat";

/** What goes on at the ports of the log and the stores. Each `begunAt` is as of `performance.now()`. */
export interface PortObserver {
  appended(records: readonly NewRecord[], begunAt: number, wasTaken: boolean): void;
  /** @param reader the name of the group */
  handled(reader: string, batch: readonly LogRecord[], begunAt: number, wasHandled: boolean): void;
  /** @param results null where the store did not answer */
  roomsCommitted(units: readonly Unit[], results: readonly UnitResult[] | null, begunAt: number): void;
  chatStored(store: StoreName, commandIds: readonly CommandId[], wasStored: boolean, begunAt: number): void;
}

export type Observer = GatewayObserver & GamesObserver & HttpObserver & PortObserver;

/** What a program has that can be asked how it is. */
export interface Observed {
  readiness(): Readiness;
  readonly log: EventLog;
  readonly gateway?: Gateway;
  readonly roomStore?: RoomStore;
}

/** One that tells all of them; null where there is nobody to tell. */
export function combined(observers: readonly Partial<Observer>[]): Observer | null {
  if (observers.length === 0) return null;
  function all<Name extends keyof Observer>(name: Name): Observer[Name] {
    const listeners = observers.flatMap((each) => {
      const method = each[name] as ((...what: unknown[]) => void) | undefined; // each has its own arguments
      return method === undefined ? [] : [method.bind(each)];
    });
    const [first, second] = listeners;
    if (first === undefined) return nothing;
    if (second === undefined) return first;
    return (...what: unknown[]) => {
      for (const listener of listeners) listener(...what);
    };
  }
  return {
    authenticated: all("authenticated"),
    closed: all("closed"),
    resumed: all("resumed"),
    rateLimited: all("rateLimited"),
    accepted: all("accepted"),
    answered: all("answered"),
    refused: all("refused"),
    delivered: all("delivered"),
    decided: all("decided"),
    served: all("served"),
    appended: all("appended"),
    handled: all("handled"),
    roomsCommitted: all("roomsCommitted"),
    chatStored: all("chatStored"),
  };
}

function nothing(): void {
  // nobody listens to this one
}
