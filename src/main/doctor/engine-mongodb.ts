/** MongoDB as rooms and private messages want it: what is acknowledged is on the disks of a majority. */
import type { Db } from "mongodb";
import { checkClock, readClock } from "./clocks.ts";
import { about, messageOf, type Finding } from "./finding.ts";
import { EngineProblem } from "../../engines/engine.ts";
import { connectMongo } from "../../engines/mongo.ts";

const { ok, warning, error } = about("MongoDB");
/** Transactions over several collections, and what the driver asks for. */
const leastVersion = 4.4;
const littleRoom = 0.1;

type Answer = Readonly<Record<string, unknown>>;

export async function checkMongo(url: string): Promise<Finding[]> {
  const connected = await connectMongo(url).catch((problem: unknown) => {
    if (problem instanceof EngineProblem) return problem;
    throw problem;
  });
  if (connected instanceof EngineProblem) {
    return [error(messageOf(connected).replace("MongoDB: ", ""), mendOf(connected))];
  }
  try {
    return [...checkAddress(url), ...(await look(connected.db))];
  } finally {
    await connected.close();
  }
}

function mendOf({ message }: EngineProblem): string {
  if (message.includes("rs.initiate"))
    return "mongod --replSet rs0, then once: mongosh --eval 'rs.initiate()'";
  if (message.includes("write replicaSet=")) return "set the name in MONGODB_URL.";
  if (message.includes("credentials"))
    return "set user and password in MONGODB_URL, and authSource where they are of another database.";
  return "start the server, or mend the hosts in MONGODB_URL; each member's own name for itself (rs.conf()) must be reachable from here.";
}

/** What the URL asks for and the program does otherwise. */
function checkAddress(url: string): Finding[] {
  const [asked] = /[?&](w|journal|j|readPreference|readConcernLevel)=[^&]+/.exec(url) ?? [];
  if (asked === undefined || /(w=majority|(journal|j)=true|=primary|=majority)$/.test(asked)) return [];
  return [
    warning(
      `MONGODB_URL says ${asked.slice(1)}, which is not heeded: the platform writes with w=majority and j=true.`,
      "take it out, so that nobody relies on it.",
    ),
  ];
}

async function look(db: Db): Promise<Finding[]> {
  const admin = db.client.db("admin");
  const build: Answer = await db.command({ buildInfo: 1 });
  const version = String(build["version"]);
  const clock = await readClock("MongoDB", async () => {
    const { localTime } = (await db.command({ hello: 1 })) as { readonly localTime: Date };
    return localTime.getTime();
  });
  return [
    Number.parseFloat(version) >= leastVersion
      ? ok(`${version} answers, and takes writes by majority.`)
      : error(`${version} is too old.`, "use MongoDB 4.4 or newer; 6.0 is what is tested."),
    ...(await ask(() => admin.command({ replSetGetStatus: 1 }), checkMembers)),
    ...(await ask(() => admin.command({ replSetGetConfig: 1 }), checkSet)),
    ...(await ask(() => admin.command({ getParameter: 1, [lifetime]: 1 }), checkTransactions)),
    ...(await ask(() => db.command({ dbStats: 1 }), checkRoom)),
    checkClock(clock),
  ];
}

/** A user of the database alone may not ask all of it: that is no fault. */
async function ask(
  question: () => Promise<Answer>,
  judge: (answer: Answer) => Finding[],
): Promise<Finding[]> {
  const answer = await question().catch(() => null);
  return answer === null ? [] : judge(answer);
}

export function checkMembers(status: Answer): Finding[] {
  const members = (status["members"] ?? []) as readonly {
    readonly name: string;
    readonly stateStr: string;
    readonly health: number;
  }[];
  const away = members.filter(
    ({ health, stateStr }) => health !== 1 || !/^(PRIMARY|SECONDARY|ARBITER)$/.test(stateStr),
  );
  const set = `the replica set ${String(status["set"])}`;
  if (away.length > 0) {
    const says = `${away.map(({ name, stateStr }) => `${name} is ${stateStr}`).join(", ")} in ${set}.`;
    return [warning(says, "bring it back: with one more away, nothing can be written.")];
  }
  if (members.some(({ stateStr }) => stateStr === "ARBITER")) {
    const says = `${set} has an arbiter: with one member away, no write is acknowledged by a majority.`;
    return [warning(says, "put a member that holds data in its place.")];
  }
  if (members.length === 2) {
    return [warning(`${set} has two members: with one away, nothing can be written.`, "add a third.")];
  }
  return [ok(`${set} has ${members.length} ${members.length === 1 ? "member" : "members, all well"}.`)];
}

function checkSet({ config }: Answer): Finding[] {
  const { writeConcernMajorityJournalDefault } = (config ?? {}) as {
    readonly writeConcernMajorityJournalDefault?: boolean;
  };
  if (writeConcernMajorityJournalDefault !== false) return [];
  const says =
    "writeConcernMajorityJournalDefault is false: other programs are told of writes that are on no disk.";
  return [warning(says, "set it to true with rs.reconfig(): this platform asks for the journal by itself.")];
}

const lifetime = "transactionLifetimeLimitSeconds";
/** Rooms of a platform that died wait no longer than its partitions do (L2). */
const longestLifetime = 10;

export function checkTransactions(answer: Answer): Finding[] {
  const seconds = Number(answer[lifetime]);
  if (!(seconds > longestLifetime)) return [];
  const says = `${lifetime} is ${seconds}: a platform that dies in a transaction blocks its room for so long.`;
  return [warning(says, `start mongod with --setParameter ${lifetime}=5.`)];
}

export function checkRoom({ fsUsedSize, fsTotalSize }: Answer): Finding[] {
  const [used, total] = [Number(fsUsedSize), Number(fsTotalSize)];
  if (!(total > 0) || 1 - used / total >= littleRoom) return [];
  const says = `Its disk is ${Math.round((100 * used) / total)} % full.`;
  return [warning(says, "make room there: without it nothing can be written.")];
}
