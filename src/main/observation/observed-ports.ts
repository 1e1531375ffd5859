/** The log and the stores, as they are, with somebody who is told how long each took. */
import type { PortObserver, StoreName } from "./observer.ts";
import type { LobbyStore, PrivateStore } from "../../chat/index.ts";
import type { EventLog, GroupSubscription, NewRecord } from "../../event-log/port.ts";
import type { RoomStore } from "../../games/store/port.ts";
import type { CommandId } from "../../protocol/index.ts";

export function observedLog(log: EventLog, observer: PortObserver): EventLog {
  return withMethods(log, {
    append(records: readonly NewRecord[]): Promise<void> {
      const begunAt = performance.now();
      // In this turn: appends that overlap keep their order.
      return told(log.append(records), (wasTaken) => observer.appended(records, begunAt, wasTaken));
    },
    consume(subscription: GroupSubscription) {
      const { group } = subscription;
      return log.consume({
        ...subscription,
        handle(batch) {
          const begunAt = performance.now();
          return told(subscription.handle(batch), (wasHandled) =>
            observer.handled(group, batch, begunAt, wasHandled),
          );
        },
      });
    },
  });
}

export function observedRoomStore(store: RoomStore, observer: PortObserver): RoomStore {
  return withMethods(store, {
    async commit(units) {
      const begunAt = performance.now();
      try {
        const results = await store.commit(units);
        observer.roomsCommitted(units, results, begunAt);
        return results;
      } catch (error) {
        observer.roomsCommitted(units, null, begunAt);
        throw error;
      }
    },
  });
}

export function observedLobbyStore(store: LobbyStore, observer: PortObserver): LobbyStore {
  return withMethods(store, {
    add: (messages) => storing(observer, "lobby_chat", messages, () => store.add(messages)),
  });
}

export function observedPrivateStore(store: PrivateStore, observer: PortObserver): PrivateStore {
  return withMethods(store, {
    add: (message) => storing(observer, "private_chat", [message], () => store.add(message)),
    addAll: (messages) => storing(observer, "private_chat", messages, () => store.addAll(messages)),
  });
}

function storing<Answer>(
  observer: PortObserver,
  store: StoreName,
  messages: readonly { readonly commandId: CommandId }[],
  add: () => Promise<Answer>,
): Promise<Answer> {
  const begunAt = performance.now();
  const commandIds = messages.map(({ commandId }) => commandId);
  return told(add(), (wasStored) => observer.chatStored(store, commandIds, wasStored, begunAt));
}

/** The same promise, and whether it was kept. */
async function told<Answer>(work: Promise<Answer>, tell: (wasDone: boolean) => void): Promise<Answer> {
  try {
    const answer = await work;
    tell(true);
    return answer;
  } catch (error) {
    tell(false);
    throw error;
  }
}

/** `port` with some of its methods replaced; all others are its own, called on it. */
function withMethods<Port extends object>(port: Port, methods: Partial<Port>): Port {
  const own = new Map<unknown, unknown>(Object.entries(methods));
  return new Proxy(port, {
    get(target, key) {
      const known = own.get(key);
      if (known !== undefined) return known;
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      const method: unknown = member.bind(target);
      own.set(key, method);
      return method;
    },
  });
}
