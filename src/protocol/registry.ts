/**
 * All declarations of a program in one place, with their checks compiled ahead: `main` puts the platform's and
 * the games' messages together, and everyone else only asks.
 */
import { Compile } from "typebox/compile";
import type { CommandDeclaration, Declaration, EventDeclaration } from "./declaration.ts";
import type { Rejection } from "./errors.ts";

export interface RegisteredCommand {
  readonly declaration: CommandDeclaration;
  /** Why `payload` is refused; null where it is a valid payload of this command (W1). */
  refuse(payload: Readonly<Record<string, unknown>>): Rejection | null;
}

export interface Registry {
  readonly commands: ReadonlyMap<string, RegisteredCommand>;
  readonly events: ReadonlyMap<string, EventDeclaration>;
}

export function createRegistry(...lists: readonly (readonly unknown[])[]): Registry {
  const commands = new Map<string, RegisteredCommand>();
  const events = new Map<string, EventDeclaration>();
  // Declarations are typed by their own payloads; here they become the general kind, checked before they are called.
  for (const declaration of lists.flat() as Declaration[]) {
    if (commands.has(declaration.type) || events.has(declaration.type)) {
      throw new Error(`The message ${declaration.type} is declared twice: give one of them another name.`);
    }
    if (declaration.kind === "command") commands.set(declaration.type, register(declaration));
    else events.set(declaration.type, declaration);
  }
  return { commands, events };
}

function register(declaration: CommandDeclaration): RegisteredCommand {
  const validator = Compile(declaration.schema);
  return {
    declaration,
    refuse: (payload) =>
      validator.Check(payload) ? declaration.check(payload) : explain(validator.Errors(payload)),
  };
}

type ValidationError = ReturnType<ReturnType<typeof Compile>["Errors"]>[number];

/** Turns the validator's first errors into one refusal that names the field. */
function explain(errors: readonly ValidationError[]): Rejection {
  for (const error of errors) {
    if (error.keyword !== "additionalProperties") continue;
    const field = [...pathOf(error.instancePath), ...error.params.additionalProperties.slice(0, 1)].join(".");
    return {
      code: "UNKNOWN_FIELD",
      field,
      message: `There is no field "${shorten(field)}" here: leave it out.`,
    };
  }
  const [error] = errors;
  if (error === undefined) return { code: "INVALID_FIELD" };
  const missing = error.keyword === "required" ? error.params.requiredProperties[0] : undefined;
  const field = [...pathOf(error.instancePath), ...(missing === undefined ? [] : [missing])].join(".");
  const problem = missing === undefined ? `is not valid: it ${error.message}` : "is missing: add it";
  return { code: "INVALID_FIELD", field, message: `The field "${shorten(field)}" ${problem}.` };
}

function pathOf(instancePath: string): readonly string[] {
  return instancePath.split("/").slice(1);
}

/** A client's own field name comes back to it, but not without bound. */
function shorten(field: string): string {
  return field.length <= 60 ? field : `${field.slice(0, 60)}…`;
}
