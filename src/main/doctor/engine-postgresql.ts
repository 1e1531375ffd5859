/** PostgreSQL as accounts, lobby chat and the catalogue want it. */
import type { SQL } from "bun";
import { checkClock, readClock } from "./clocks.ts";
import { about, messageOf, type Finding } from "./finding.ts";
import { EngineProblem } from "../../engines/engine.ts";
import type { Migrations } from "../../engines/postgres-migrations.ts";
import { connectPostgres } from "../../engines/postgres.ts";

const { ok, warning, error } = about("PostgreSQL");
const leastVersion = 130_000;
/** What one platform's pool may open, and some for the operator. */
const roomyConnections = 15;

export async function checkPostgres(url: string, migrations: readonly Migrations[]): Promise<Finding[]> {
  const connected = await connectPostgres(url, { maxConnections: 1 }).catch((problem: unknown) => {
    if (problem instanceof EngineProblem) return problem;
    throw problem;
  });
  if (connected instanceof EngineProblem) {
    return [error(messageOf(connected).replace("PostgreSQL: ", ""), mendOf(connected))];
  }
  try {
    return await look(connected.sql, migrations);
  } finally {
    await connected.close();
  }
}

function mendOf({ kind, message }: EngineProblem): string {
  if (message.includes("no such database"))
    return "createdb with the name in DATABASE_URL, by a user who may.";
  return kind === "refused"
    ? "set user and password in DATABASE_URL, and let pg_hba.conf know this machine."
    : "start the server, or mend the host and port in DATABASE_URL.";
}

interface ServerFacts {
  readonly version: string;
  readonly number: number;
  readonly encoding: string;
  readonly recovering: boolean;
  readonly may_create: boolean;
  readonly fsync: string;
  readonly synchronous: string;
  readonly connections: number;
  readonly most: number;
}

async function look(sql: SQL, migrations: readonly Migrations[]): Promise<Finding[]> {
  const [facts] = (await sql`
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
      current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS recovering,
      coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS may_create,
      current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous,
      (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
      current_setting('max_connections')::int AS most`) as [ServerFacts]; // a query without FROM has one row
  const clock = await readClock("PostgreSQL", async () => {
    const [row] = (await sql`SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`) as [
      { readonly now: number },
    ];
    return row.now;
  });
  return [...checkServer(facts), ...(await checkMigrations(sql, migrations)), checkClock(clock)];
}

export function checkServer(facts: ServerFacts): Finding[] {
  const findings: Finding[] = [
    facts.number >= leastVersion
      ? ok(`${facts.version} answers.`)
      : error(`${facts.version} is too old.`, "use PostgreSQL 13 or newer; 15 is what is tested."),
  ];
  if (facts.recovering) {
    findings.push(error("It is a replica, which takes no writes.", "name its primary in DATABASE_URL."));
  }
  if (facts.encoding !== "UTF8") {
    const mend = "make the database anew: createdb --encoding=UTF8 --template=template0";
    findings.push(error(`The database is in ${facts.encoding}: what people write would be refused.`, mend));
  }
  if (!facts.may_create) {
    const mend = "GRANT CREATE, USAGE ON SCHEMA public TO that user, or let it own the database.";
    findings.push(error("The user may make no tables in the first schema of its search_path.", mend));
  }
  if (facts.fsync === "off") {
    findings.push(
      error("fsync is off: a crash of the machine may destroy everything.", "fsync = on in postgresql.conf."),
    );
  }
  if (facts.synchronous === "off") {
    const says = "synchronous_commit is off: a crash loses what was acknowledged a moment before.";
    findings.push(
      warning(says, "synchronous_commit = on in postgresql.conf, or for this user: ALTER ROLE … SET."),
    );
  }
  if (facts.most - facts.connections < roomyConnections) {
    const says = `${facts.connections} of ${facts.most} connections are taken; each platform opens up to 10.`;
    findings.push(warning(says, "raise max_connections in postgresql.conf."));
  }
  return findings;
}

interface DoneStep {
  readonly component: string;
  readonly number: number;
}

async function checkMigrations(sql: SQL, components: readonly Migrations[]): Promise<Finding[]> {
  const [{ there }] = (await sql`SELECT to_regclass('migrations') IS NOT NULL AS there`) as [
    { readonly there: boolean },
  ];
  if (!there) return [ok("The database is empty: its tables are made at the start.")];
  let rows: readonly DoneStep[];
  try {
    rows = (await sql`
      SELECT component, max(number)::int AS number FROM migrations GROUP BY component`) as readonly DoneStep[];
  } catch (problem) {
    const mend = "use the user who made the tables, or let this one own them: REASSIGN OWNED BY … TO …";
    return [error(`Its tables cannot be read (${messageOf(problem)}).`, mend)];
  }
  const done = new Map(rows.map(({ component, number }) => [component, number]));
  const newer = components.filter(({ component, steps }) => (done.get(component) ?? 0) > steps.length);
  if (newer.length > 0) {
    const names = newer.map(
      ({ component, steps }) =>
        `${component} ${done.get(component) ?? 0}, this version knows ${steps.length}`,
    );
    const mend = "start the newer version again, or restore a backup of before.";
    return [error(`The database was written by a newer version (${names.join("; ")}).`, mend)];
  }
  const missing = components.reduce(
    (sum, { component, steps }) => sum + steps.length - (done.get(component) ?? 0),
    0,
  );
  if (missing === 0) return [ok("Its tables are those of this version.")];
  return [ok(`${missing} migrations will be done at the start: make a backup before (docs/deployment.md).`)];
}
