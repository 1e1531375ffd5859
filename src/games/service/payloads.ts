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
  readonly kind: "turn" | "rematch" | "archive" | "away";
  readonly stamp: number;
}

/** What the platform tells a room about a player's connection (R4); no client can send it. */
export interface AttendanceCommand {
  readonly roomId: string;
  readonly userId: string;
  readonly change: "away" | "back";
  /** Of presence (R1). */
  readonly stamp: number;
}

/** What the platform tells a room about a player who is banned or removed; no client can send it. */
export interface ExclusionCommand {
  readonly roomId: string;
  readonly userId: string;
}

export const exclusionCommandType = "games.internal.exclusion";
export const attendanceCommandType = "games.internal.attendance";
export const deadlineCommandType = "games.internal.deadline";
