import { MongoNetworkError, MongoNotConnectedError, MongoServerSelectionError } from "mongodb";
import { EngineProblem } from "./engine.ts";
import { isInterruption } from "./postgres.ts";

/** Whether an error, or what is behind it, says only that an engine is away now. */
export function isEngineAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof EngineProblem) return error.kind === "away";
  const isMongo =
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNotConnectedError;
  return isMongo || isInterruption(error) || isEngineAway(error.cause);
}
