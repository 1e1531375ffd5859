/**
 * Tells gateways and services what became of accounts (design §5). What is to be told is written with the change
 * itself, so that no death of a process and no absence of the log can keep it from being told.
 */
import type { AccountEvent, AccountsStore, OutboxEntry } from "./store/port.ts";
import { permissionsOf, rolesOf } from "./tokens.ts";
import type { EventLog, NewRecord } from "../event-log/port.ts";
import { isoTime, systemActor, toUsers, type EventEnvelope, type UserId } from "../protocol/index.ts";

export interface Outbox {
  /** Tells what is there now. Rejects where the store or the log is away; then it is told later. */
  publish(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface OutboxParts {
  readonly store: Pick<AccountsStore, "outbox" | "removeFromOutbox">;
  readonly log: EventLog;
  now(): number;
  readonly logger: { warn(fields: object, message: string): void };
}

const lookMs = 500;
const atOnce = 100;
const eventIds = "5b1d6f0e-2c53-5b0a-9d1f-6a0a4c8e2f11";

export function createOutbox({ store, log, now, logger }: OutboxParts): Outbox {
  let timer: ReturnType<typeof setInterval> | undefined;
  let looking: Promise<void> | null = null;
  let isFailing = false;

  async function publish(): Promise<void> {
    for (let isMore = true; isMore;) {
      const entries = await store.outbox(atOnce);
      if (entries.length === 0) return;
      await log.append(entries.map((entry) => recordOf(entry, now())));
      await store.removeFromOutbox(entries.map(({ id }) => id));
      isMore = entries.length === atOnce;
    }
  }

  async function look(): Promise<void> {
    try {
      await publish();
      isFailing = false;
    } catch (error) {
      if (!isFailing) logger.warn({ error }, "what became of accounts could not be told: it is told later");
      isFailing = true;
    }
  }

  return {
    publish,
    start() {
      timer = setInterval(() => {
        looking ??= look().finally(() => (looking = null));
      }, lookMs);
    },
    async stop() {
      clearInterval(timer);
      await looking;
      await look();
    },
  };
}

/** Told by several processes, or again after a crash, it has the same id (L4). */
function recordOf({ id, event }: OutboxEntry, now: number): NewRecord {
  const { payload, to } = messageOf(event);
  const value: EventEnvelope = {
    kind: "event",
    // With what it says: ids begin anew where a database does.
    eventId: Bun.randomUUIDv5(`${id}\n${JSON.stringify(event)}`, eventIds),
    eventType: `system.event.${event.kind}`,
    timestamp: isoTime(now),
    producer: "accounts",
    actor: systemActor,
    payload,
    ...(to === null ? {} : { audience: toUsers(to) }),
  };
  return { topic: "system.events", key: to ?? payload.userId, value };
}

interface AccountMessage {
  readonly payload: Readonly<Record<string, unknown>> & { readonly userId: UserId };
  /** Null: for gateways and services alone. */
  readonly to: UserId | null;
}

function messageOf(event: AccountEvent): AccountMessage {
  switch (event.kind) {
    case "session_revoked": {
      const { sid, userId } = event;
      return { payload: { sid, userId }, to: null };
    }
    case "account_changed": {
      const { userId, username, status, role } = event;
      const roles = status === "active" ? rolesOf(role) : [];
      const permissions = permissionsOf(roles);
      return { payload: { userId, username, roles, permissions, status }, to: null };
    }
    default: {
      const { kind: _, to, ...payload } = event;
      return { payload, to };
    }
  }
}
