/** Reads the configuration once, wholly, and says everything that is wrong with it at the same time. */
import { programs, type ProgramName } from "./programs.ts";
import { engineSettings, settings, type Setting, type SettingKey } from "./settings.ts";

type Values = { readonly [Key in SettingKey]: (typeof settings)[Key]["fallback"] };
type Needs<Program extends ProgramName> = (typeof programs)[Program]["needs"][number];
type Reads<Program extends ProgramName> = (typeof programs)[Program]["reads"][number];

/** What a program runs with: what it needs is there. */
export type ConfigOf<Program extends ProgramName> = Pick<Values, Reads<Program>> & {
  readonly [Key in Needs<Program>]: NonNullable<Values[Key]>;
};

/** The environment is not usable: one line for each variable that is wrong. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError */
export function readConfig<Program extends ProgramName>(
  program: Program,
  environment: Environment,
): ConfigOf<Program> {
  const { command } = programs[program];
  const needs: readonly SettingKey[] = programs[program].needs;
  const reads: readonly SettingKey[] = programs[program].reads;
  const problems: string[] = [];
  if (program === "embedded") problems.push(...strayEngines(environment));
  const values = [...needs, ...reads].map((key) => {
    const setting: Setting<unknown> = settings[key];
    const text = environment[setting.name];
    if (text !== undefined && text !== "") {
      const value = setting.parse(text);
      if (value === undefined)
        problems.push(`${setting.name} is ${shown(text)}, but should be ${setting.shape}.`);
      return [key, value] as const;
    }
    if (needs.includes(key))
      problems.push(`${setting.name} is missing, which ${command} needs: ${setting.shape}.`);
    return [key, setting.fallback] as const;
  });
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return Object.fromEntries(values) as ConfigOf<Program>; // each value comes from the setting of its key
}

/** The embedded program would silently not use them (design §2). */
function strayEngines(environment: Environment): readonly string[] {
  return engineSettings
    .map((key) => settings[key].name)
    .filter((name) => environment[name] !== undefined)
    .map((name) => `${name} is set, but ${programs.embedded.command} runs without engines: unset it.`);
}

/** In quotes; a password in a URL is nobody's business. */
function shown(text: string): string {
  return JSON.stringify(text.replace(/(\/\/[^:/@]*):[^@/]*@/g, "$1:***@"));
}

/** The text of `.env.example`. */
export function exampleEnvironment(): string {
  const lines = Object.entries(settings).flatMap(([key, setting]: [string, Setting<unknown>]) => [
    `# ${setting.meaning}`,
    `#   ${setting.shape}`,
    `#   ${usersOf(key)}`,
    `# ${setting.name}=${setting.example}`,
    "",
  ]);
  return [
    "# What each program reads, and whether it can do without. Made by `npm run docs` from src/main/settings.ts and programs.ts.",
    "",
    ...lines,
  ].join("\n");
}

function usersOf(key: string): string {
  const among = (keys: readonly string[]) => keys.includes(key);
  const all = Object.values(programs);
  const needing = all.filter(({ needs }) => among(needs)).map(({ command }) => command);
  const reading = all.filter(({ reads }) => among(reads)).map(({ command }) => command);
  return [
    ...(needing.length > 0 ? [`needed by: ${needing.join(", ")}`] : []),
    ...(reading.length > 0 ? [`read by: ${reading.join(", ")}`] : []),
  ].join("; ");
}
