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

/** What a failure of a part is: of an engine that comes back, or of a command that would fail each time. */
export interface ChatSurroundings {
  isAway(error: unknown): boolean;
  readonly logger: { error(details: object, message: string): void };
}

export interface ChatService {
  /** Takes commands. */
  start(): Promise<void>;
  /** Finishes what is under way. */
  stop(): Promise<void>;
}

const maxBatch = 512;
/** A command that has failed so often by itself, for another reason than an engine that is away, is set aside (L2). */
const mostAttempts = 5;
const answers = createAnswers("chat", "chat.events");

/** Parts work side by side: their commands have different keys (L1). */
export function createChatService(
  log: EventLog,
  parts: readonly ChatPart[],
  { isAway, logger }: ChatSurroundings,
): ChatService {
  let subscription: Subscription | undefined;
  /** By place in the log. */
  const failures = new Map<string, number>();

  /** One message that no store takes must not hold up the others: after a failure each goes alone. */
  async function handlePart(part: ChatPart, batch: readonly Asked[]): Promise<void> {
    try {
      await part.handle(batch);
    } catch (error) {
      if (isAway(error)) throw error;
      for (const asked of batch) await handleAlone(part, asked);
    }
  }

  async function handleAlone(part: ChatPart, asked: Asked): Promise<void> {
    const { partition, offset } = asked.record;
    const place = `${partition}/${offset}`;
    try {
      await part.handle([asked]);
    } catch (error) {
      const count = (failures.get(place) ?? 0) + 1;
      failures.set(place, count);
      if (isAway(error) || count < mostAttempts) throw error;
      const { commandId, command } = asked;
      const details = { error, commandId, type: command.eventType };
      logger.error(details, "A command of a chat failed each time and was set aside.");
      await log.append([answers.refusal(asked, { code: "INTERNAL" }, asked.record.key)]);
    }
    failures.delete(place);
  }

  /** By type: null where no part takes it. */
  const partOf = new Map<string, ChatPart | null>();

  function partFor(type: string): ChatPart | null {
    let part = partOf.get(type);
    if (part === undefined) {
      part = parts.find((each) => each.takes(type)) ?? null;
      // Types are declared (the gateway refuses others): there are few.
      partOf.set(type, part);
    }
    return part;
  }

  async function handle(batch: readonly LogRecord[]): Promise<void> {
    const byPart = new Map<ChatPart | null, Asked[]>();
    for (const record of batch) {
      const asked = record.value.kind === "command" ? askedBy({ record, command: record.value }) : null;
      if (asked === null) continue;
      const part = partFor(asked.command.eventType);
      const others = byPart.get(part);
      if (others === undefined) byPart.set(part, [asked]);
      else others.push(asked);
    }
    await Promise.all(
      [...byPart].map(([part, asked]) => (part === null ? refuse(asked) : handlePart(part, asked))),
    );
  }

  function refuse(asked: readonly Asked[]): Promise<void> {
    return log.append(asked.map((one) => answers.refusal(one, { code: "UNKNOWN_TYPE" }, one.person.userId)));
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
