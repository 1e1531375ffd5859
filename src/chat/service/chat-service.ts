/** Takes the commands of all chats from the log, and gives each to the part that knows it, in order (design §1). */
import { askedBy, createAnswers, type Asked } from "../../event-log/answers.ts";
import type { EventLog, LogRecord, Subscription } from "../../event-log/port.ts";

/** One kind of chat. */
export interface ChatPart {
  /** Whether a command of this type is for this part. */
  takes(eventType: string): boolean;
  /** Commands of this part in the order of the log. Rejects where the store or the log did not take it all: it comes again. */
  handle(batch: readonly Asked[]): Promise<void>;
}

export interface ChatService {
  /** Takes commands. */
  start(): Promise<void>;
  /** Finishes what is under way. */
  stop(): Promise<void>;
}

const maxBatch = 512;
const answers = createAnswers("chat", "chat.events");

/** Parts work side by side: their commands have different keys (L1). */
export function createChatService(log: EventLog, parts: readonly ChatPart[]): ChatService {
  let subscription: Subscription | undefined;

  async function handle(batch: readonly LogRecord[]): Promise<void> {
    const asked = batch.flatMap((record) => {
      const one = record.value.kind === "command" ? askedBy({ record, command: record.value }) : null;
      return one === null ? [] : [one];
    });
    const ofPart = (part: ChatPart) => asked.filter(({ command }) => part.takes(command.eventType));
    const isUnknown = ({ command }: Asked) => !parts.some((part) => part.takes(command.eventType));
    const refusals = asked
      .filter(isUnknown)
      .map((one) => answers.refusal(one, { code: "UNKNOWN_TYPE" }, one.person.userId));
    await Promise.all([
      ...parts.map((part) => part.handle(ofPart(part))),
      refusals.length === 0 ? null : log.append(refusals),
    ]);
  }

  return {
    async start() {
      subscription = await log.consume({ group: "chat", topics: ["chat.commands"], maxBatch, handle });
    },
    async stop() {
      await subscription?.stop();
    },
  };
}
