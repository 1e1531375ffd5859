/** Reads the configuration once, wholly, and says everything that is wrong with it at the same time. */
import { engineVariables, settings, type Setting } from "./settings.ts";

export type Config = {
  readonly [Name in keyof typeof settings]: (typeof settings)[Name]["fallback"];
};

/** The environment is not usable: one line for each variable that is wrong. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigError */
export function readEmbeddedConfig(environment: Environment): Config {
  const problems = engineVariables
    .filter((name) => environment[name] !== undefined)
    .map((name) => `${name} is set, but this program runs without engines: unset it.`);
  const values = Object.entries(settings).map(([key, setting]) => {
    const read = readSetting(setting, environment);
    if (read.problem !== undefined) problems.push(read.problem);
    return [key, read.value] as const;
  });
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return Object.fromEntries(values) as Config; // each value comes from the setting of its key
}

function readSetting(
  setting: Setting<unknown>,
  environment: Environment,
): { readonly value: unknown; readonly problem?: string } {
  const text = environment[setting.name];
  if (text === undefined || text === "") return { value: setting.fallback };
  const value = setting.parse(text);
  if (value !== undefined) return { value };
  return {
    value: setting.fallback,
    problem: `${setting.name} is ${JSON.stringify(text)}, but should be ${setting.shape}.`,
  };
}

/** The text of `.env.example`. */
export function exampleEnvironment(): string {
  const lines = Object.values(settings).flatMap((setting: Setting<unknown>) => [
    `# ${setting.meaning}`,
    `#   ${setting.shape}`,
    `# ${setting.name}=${setting.example}`,
    "",
  ]);
  return [
    "# All of these may be left out. Made by `npm run docs` from src/main/settings.ts.",
    "",
    ...lines,
  ].join("\n");
}
