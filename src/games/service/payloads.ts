/** The commands of rooms and the lobby, typed as they are declared. */
import type { CommandEnvelope, CommandPayloads, roomMessages, systemMessages } from "../../protocol/index.ts";

type Payloads = CommandPayloads<typeof roomMessages> & CommandPayloads<typeof systemMessages>;

/** The payload of a command whose type was just looked at. */
export function payloadOf<Type extends keyof Payloads>(
  command: CommandEnvelope,
  _type: Type,
): Payloads[Type] {
  return command.payload as Payloads[Type]; // only gateways append commands, and they validate them (W1)
}

/** What the platform tells itself when a deadline is due (S4); no client can send it. */
export interface DeadlineCommand {
  readonly roomId: string;
  readonly kind: "turn" | "rematch" | "archive";
  readonly stamp: number;
}

export const deadlineCommandType = "games.internal.deadline";
