/** Which programs are looked at, and what they are given. */
import { about, type Finding } from "./finding.ts";
import { ConfigError, readConfig } from "../config.ts";
import { engineSettings, settings, type Setting, type SettingKey } from "../settings.ts";

export type Patient = "embedded" | "wsGateway" | "blazingSun";
export type Environment = Readonly<Record<string, string | undefined>>;

/** Every setting: what is there and right, else what holds without it. */
export type Values = { readonly [Key in SettingKey]: (typeof settings)[Key]["fallback"] };

/** By what they are named on the command line. */
export const patients: Readonly<Record<string, Patient>> = {
  embedded: "embedded",
  "ws-gateway": "wsGateway",
  "blazing-sun": "blazingSun",
};

const ofGatewaysAlone: readonly SettingKey[] = ["jwtPublicKeys", "gatewayPort"];
const ofPlatformsAlone: readonly SettingKey[] = [
  "mongodbUrl",
  "databaseUrl",
  "jwtPrivateKey",
  "socketUrl",
  "port",
];

/** Without an engine's address it is the embedded program; else those of a cluster that something is set for. */
export function patientsOf(environment: Environment): readonly Patient[] {
  const isAnySet = (keys: readonly SettingKey[]) =>
    keys.some((key) => (environment[settings[key].name] ?? "") !== "");
  if (!isAnySet(engineSettings)) return ["embedded"];
  const found: readonly Patient[] = [
    ...(isAnySet(ofGatewaysAlone) ? (["wsGateway"] as const) : []),
    ...(isAnySet(ofPlatformsAlone) ? (["blazingSun"] as const) : []),
  ];
  return found.length > 0 ? found : ["wsGateway", "blazingSun"];
}

export function readValues(environment: Environment): Values {
  const entries = Object.entries(settings).map(([key, setting]: [string, Setting<unknown>]) => {
    const text = environment[setting.name];
    const value = text === undefined || text === "" ? undefined : setting.parse(text);
    return [key, value ?? setting.fallback] as const;
  });
  return Object.fromEntries(entries) as Values; // each value comes from the setting of its key
}

/** What the programs themselves would say at their start. */
export function checkConfiguration(programs: readonly Patient[], environment: Environment): Finding[] {
  const { ok, error } = about("configuration");
  const complaints = new Set(programs.flatMap((program) => complaintsOf(program, environment)));
  if (complaints.size === 0) return [ok(`complete for ${programs.map(commandOf).join(" and ")}.`)];
  return [...complaints].map((complaint) =>
    error(complaint, "set it as .env.example and docs/deployment.md say."),
  );
}

function complaintsOf(program: Patient, environment: Environment): readonly string[] {
  try {
    readConfig(program, environment);
    return [];
  } catch (problem) {
    if (!(problem instanceof ConfigError)) throw problem;
    return problem.message.split("\n");
  }
}

function commandOf(program: Patient): string {
  return Object.keys(patients).find((name) => patients[name] === program) ?? program;
}
