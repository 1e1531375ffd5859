/**
 * Ten thousand people come back. In a cluster one of two gateways dies with all of them and is started again; they
 * resume on whichever is there, and no store is asked anything for it. Embedded, the one process is started again: its
 * log has begun anew, so each asks for one snapshot.
 *
 *   npm run engines -- up && npm run bench -- resume [people] [cluster | embedded]
 */
import { join } from "node:path";
import { describeMachine, processorSeconds, summary } from "./machine.ts";
import { tokenMint } from "./players.ts";
import {
  askForSnapshot,
  comeBack,
  enter,
  inTurn,
  peopleFrom,
  type Return,
  type ReturningPerson,
} from "./resume-people.ts";
import { describeWork, difference, workSoFar, type StoreWork } from "./store-work.ts";
import { startCluster, type Cluster } from "../tests/cluster/cluster.ts";
import { runningEngines, type EngineUrls } from "../tests/cluster/engines.ts";
import { startPlatform } from "../tests/platform.ts";

const firstUserId = 2_000_000;
/** After arrivals their friends are told, and attendance looks around: that is not what is measured. */
const calmMs = 5_000;

export async function benchResume(people = 10_000, part = ""): Promise<void> {
  const count = people < 100 ? 10_000 : people; // the runner's default is a number of seconds
  console.log(`${count} people come back after a restart: ${describeMachine()}`);
  if (part !== "embedded") await resumeInCluster(count);
  if (part !== "cluster") await returnToEmbedded(count);
}

async function resumeInCluster(count: number): Promise<void> {
  const engines = runningEngines();
  if (engines === null) return console.log("  cluster: no engines are up: npm run engines -- up");
  const environment = { WS_GATEWAY_LIMIT_SCALE: "10000", LOG_LEVEL: "fatal" };
  const cluster = await startCluster(engines, { environment });
  try {
    await killAGateway(cluster, engines, count);
  } finally {
    await cluster.cleanUp();
  }
}

async function killAGateway(cluster: Cluster, engines: EngineUrls, count: number): Promise<void> {
  const mint = await tokenMint(cluster.privateKey);
  const [first, second] = cluster.gateways;
  if (first === undefined || second === undefined) throw new Error("The cluster has two gateways.");
  const people = peopleFrom(firstUserId, count);
  await allEnter(people, second.url, mint);
  const idle = await calm(cluster, engines);

  const before = await workSoFar(cluster, engines);
  const start = performance.now();
  await second.kill();
  await allGone(people);
  let isBack = false;
  const restarting = second.restart().then(() => (isBack = true));
  // As a load balancer has it: to whichever gateway there is.
  let next = 0;
  const url = () => (isBack && next++ % 2 === 0 ? second.url : first.url);
  const returns = await allReturn(people, url, mint);
  const live = (performance.now() - start) / 1000;
  await restarting;
  const up = (performance.now() - start) / 1000;
  console.log(`  cluster, a gateway with all of them is killed: all live again after ${live.toFixed(1)} s`);
  describeReturns(returns);
  const work = difference(before, await workSoFar(cluster, engines));
  console.log(`    the gateway itself was back after ${up.toFixed(1)} s; meanwhile ${describeWork(work)}`);
  console.log(`    (in as long a time in which nothing happens: ${describeWork(scaled(idle, live))})`);
  for (const { socket } of people) socket?.close();
}

/** Until nobody is told of arrivals any more. Answers what is asked in a second in which nothing happens. */
async function calm(cluster: Cluster, engines: EngineUrls): Promise<StoreWork> {
  await Bun.sleep(calmMs);
  for (let before = await workSoFar(cluster, engines); ;) {
    const start = performance.now();
    await Bun.sleep(calmMs);
    const after = await workSoFar(cluster, engines);
    const seconds = (performance.now() - start) / 1000;
    const work = scaled(difference(before, after), 1 / seconds);
    // Fewer than a person has come.
    if (work.postgresql < 20) return work;
    before = after;
  }
}

function scaled({ commands, mongodb, postgresql }: StoreWork, by: number): StoreWork {
  return {
    commands: Math.round(commands * by),
    mongodb: Math.round(mongodb * by),
    postgresql: Math.round(postgresql * by),
  };
}

async function returnToEmbedded(count: number): Promise<void> {
  const platform = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "10000", LOG_LEVEL: "fatal" });
  try {
    const mint = await tokenMint(join(platform.dataDir, "keys", "jwt_private.pem"));
    const url = `${platform.url.replace("http", "ws")}/ws`;
    const people = peopleFrom(firstUserId, count);
    await allEnter(people, url, mint);
    const start = performance.now();
    await platform.kill();
    await allGone(people);
    await platform.restart();
    const up = (performance.now() - start) / 1000;
    const returns: Return[] = [];
    let refusals = 0;
    await inTurn(people, async (person) => {
      const back = await comeBack(person, () => url, mint);
      returns.push(back);
      if (!back.resumed) refusals += (await askForSnapshot(person)).refusals;
    });
    const live = (performance.now() - start) / 1000;
    console.log(
      `  embedded, the process is killed: it was back after ${up.toFixed(1)} s, all live again with their ` +
        `snapshots after ${live.toFixed(1)} s; ${processorSeconds(platform.pid).toFixed(1)} s of its processor`,
    );
    describeReturns(returns);
    // Whatever comes too often comes by now.
    await Bun.sleep(1_000);
    const snapshots = people.map((person) => person.snapshots);
    console.log(
      `    ${snapshots.reduce((sum, one) => sum + one, 0)} snapshots, at most ${Math.max(...snapshots)} for a person; ` +
        `asked again ${refusals} times, where it was behind`,
    );
    for (const { socket } of people) socket?.close();
  } finally {
    await platform.cleanUp();
  }
}

type Mint = (userId: number) => Promise<string>;

async function allEnter(people: readonly ReturningPerson[], url: string, mint: Mint): Promise<void> {
  const start = performance.now();
  await inTurn(people, async (person) => enter(person, url, await mint(person.userId)));
  console.log(`    all live at first after ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

async function allGone(people: readonly ReturningPerson[]): Promise<void> {
  while (people.some(({ socket }) => socket !== null)) await Bun.sleep(5);
}

async function allReturn(
  people: readonly ReturningPerson[],
  url: () => string,
  mint: Mint,
): Promise<readonly Return[]> {
  const returns: Return[] = [];
  await inTurn(people, async (person) => returns.push(await comeBack(person, url, mint)));
  return returns;
}

function describeReturns(returns: readonly Return[]): void {
  const resumed = returns.filter((each) => each.resumed).length;
  console.log(
    `    ${resumed} of ${returns.length} by resume; once connected: ${summary(returns.map(({ ms }) => ms))}`,
  );
}
