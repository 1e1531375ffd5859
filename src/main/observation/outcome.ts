import type { ErrorCode, EventEnvelope } from "../../protocol/index.ts";

/** The first event that a command caused is its outcome (W2): `ok`, or the code of the refusal. */
export function outcomeOf({ eventType, payload }: EventEnvelope): string {
  if (eventType !== "system.error" && eventType !== "system.event.command_settled") return "ok";
  const { ok, code } = payload as { readonly ok?: boolean; readonly code?: ErrorCode }; // as they are declared
  return ok === true ? "ok" : (code ?? "INTERNAL");
}
