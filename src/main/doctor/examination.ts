/** Everything that the doctor looks at, for the programs in question. */
import { checkAddresses } from "./addresses.ts";
import {
  checkConfiguration,
  readValues,
  type Environment,
  type Patient,
  type Values,
} from "./configuration.ts";
import { checkDataFolder } from "./data-folder.ts";
import { checkKafka } from "./engine-kafka.ts";
import { checkMongo } from "./engine-mongodb.ts";
import { checkPostgres } from "./engine-postgresql.ts";
import { checkRedis } from "./engine-redis.ts";
import { about, messageOf, type Finding } from "./finding.ts";
import { checkKeys } from "./key-files.ts";
import { checkFileDescriptors, checkPorts } from "./machine.ts";
import type { EngineName } from "../../engines/engine.ts";
import { logAddress } from "../log-address.ts";
import { postgresMigrations } from "../migrations.ts";

export async function examine(
  programs: readonly Patient[],
  environment: Environment,
): Promise<readonly Finding[]> {
  const values = readValues(environment);
  const [keys, ports, ...engines] = await Promise.all([
    checkKeys(programs, values),
    checkPorts(programs, values),
    ...enginesOf(programs, values),
  ]);
  const isEmbedded = programs.includes("embedded");
  return [
    ...checkConfiguration(programs, environment),
    ...checkAddresses(programs, values),
    ...keys,
    ...(isEmbedded ? checkDataFolder(values.dataDir, { limitMb: values.databaseLimitMb }) : []),
    ...engines.flat(),
    ...ports,
    ...checkFileDescriptors(),
  ];
}

/** Those whose address is known: that one is missing is said already. */
function enginesOf(programs: readonly Patient[], values: Values): readonly Promise<Finding[]>[] {
  const { kafkaBrokers, redisUrl, mongodbUrl, databaseUrl } = values;
  if (programs.includes("embedded")) return [];
  const isPlatform = programs.includes("blazingSun");
  return [
    ...(kafkaBrokers === null ? [] : [told("Kafka", checkKafka(logAddress({ ...values, kafkaBrokers })))]),
    ...(redisUrl === null ? [] : [told("Redis", checkRedis(redisUrl))]),
    ...(mongodbUrl === null || !isPlatform ? [] : [told("MongoDB", checkMongo(mongodbUrl))]),
    ...(databaseUrl === null || !isPlatform
      ? []
      : [told("PostgreSQL", checkPostgres(databaseUrl, postgresMigrations))]),
  ];
}

/** What an engine refuses that nobody foresaw is a finding, too: all else is told in any case. */
async function told(engine: EngineName, looking: Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await looking;
  } catch (problem) {
    const mend =
      "let its user do what the programs do: read and write, and for a while be asked about itself.";
    return [about(engine).error(`It could not be looked at to the end (${messageOf(problem)}).`, mend)];
  }
}
