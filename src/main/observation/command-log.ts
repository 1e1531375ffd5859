/** The way of each command, a line a step, with its id: for LOG_LEVEL=debug alone. */
import type { Observer } from "./observer.ts";
import { outcomeOf } from "./outcome.ts";
import type { Logger } from "../logger.ts";

export function commandLog(logger: Logger): Partial<Observer> {
  return {
    accepted({ correlationId: commandId, eventType: type, actor }) {
      const connectionId = actor.kind === "person" ? actor.connectionId : undefined;
      logger.debug({ commandId, type, connectionId }, "command accepted");
    },
    refused(type, code, commandId) {
      logger.debug({ commandId, type, outcome: code }, "command refused by the gateway");
    },
    decided({ correlationId: commandId, eventType: type }, _begunAt, refusal) {
      logger.debug({ commandId, type, outcome: refusal ?? "ok" }, "command decided");
    },
    handled(_reader, batch, _begunAt, wasHandled) {
      // The games service says it of each of its own.
      if (!wasHandled) return;
      for (const { topic, value } of batch) {
        if (topic !== "chat.commands" || value.kind !== "command") continue;
        logger.debug({ commandId: value.correlationId, type: value.eventType }, "command decided");
      }
    },
    delivered({ topic, partition, offset }, event, sockets) {
      const { correlationId: commandId, eventType } = event;
      if (commandId === undefined) return;
      const at = `${topic}/${partition}/${offset}`;
      logger.debug(
        { commandId, event: eventType, outcome: outcomeOf(event), at, sockets },
        "event delivered",
      );
    },
  };
}
