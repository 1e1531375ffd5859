/**
 * Ten thousand people on two gateways of a cluster; one gateway is restarted. How long until everyone is live again,
 * how long each resume took once connected, and what the services and stores had to do for it (nothing).
 *
 *   npm run engines -- up && npm run bench -- resume [people]
 */
import { MongoClient } from "mongodb";
import { describeMachine, summary } from "./machine.ts";
import { tokenMint } from "./players.ts";
import { startCluster, type Cluster } from "../tests/cluster/cluster.ts";
import { runningEngines, type EngineUrls } from "../tests/cluster/engines.ts";
import { connectKafkaLog } from "../src/event-log/kafka.ts";
import type { Cursor } from "../src/protocol/index.ts";

/** Connections that are being opened at once: what a machine's accept queue and two processors can take. */
const atOnce = 200;

interface Client {
  readonly userId: number;
  url: string;
  cursor: Cursor | null;
  socket: WebSocket | null;
}

interface Return {
  /** From the socket's opening to `authenticated`. */
  readonly ms: number;
  readonly resumed: boolean;
}

export async function benchResume(people = 10_000): Promise<void> {
  const engines = runningEngines();
  if (engines === null) throw new Error("No engines are up: npm run engines -- up");
  const count = people < 100 ? 10_000 : people; // the runner's default is a number of seconds
  console.log(`${count} people come back after one of two gateways was restarted: ${describeMachine()}`);
  const cluster = await startCluster(engines, {
    environment: { WS_GATEWAY_LIMIT_SCALE: "10000", LOG_LEVEL: "error" },
  });
  try {
    await run(cluster, engines, count);
  } finally {
    await cluster.cleanUp();
  }
}

async function run(cluster: Cluster, engines: EngineUrls, count: number): Promise<void> {
  const mint = await tokenMint(cluster.privateKey);
  const [first, second] = cluster.gateways;
  if (first === undefined || second === undefined) throw new Error("The cluster has two gateways.");
  const clients = Array.from({ length: count }, (_, n): Client => ({
    userId: 2_000_000 + n,
    url: n % 2 === 0 ? first.url : second.url,
    cursor: null,
    socket: null,
  }));
  const began = performance.now();
  await inTurn(clients, async (client) => connect(client, await mint(client.userId)));
  console.log(`  all live at first after ${((performance.now() - began) / 1000).toFixed(1)} s`);

  const before = await workDone(cluster, engines);
  const lost = clients.filter(({ url }) => url === second.url);
  const closed = Promise.all(
    lost.map(({ socket }) => new Promise((resolve) => socket?.addEventListener("close", resolve))),
  );
  const start = performance.now();
  await second.stop();
  await closed;
  const down = (performance.now() - start) / 1000;
  await second.restart();
  const up = (performance.now() - start) / 1000;
  // As a load balancer would have it: to whichever gateway there is.
  const returns: Return[] = [];
  const comingBack = performance.now();
  await inTurn(lost, async (client, index) => {
    client.url = index % 2 === 0 ? first.url : second.url;
    returns.push(await connect(client, await mint(client.userId)));
  });
  const seconds = (performance.now() - comingBack) / 1000;
  const resumed = returns.filter((each) => each.resumed).length;
  console.log(
    `  the gateway had let everyone go after ${down.toFixed(1)} s, and was back after ${up.toFixed(1)} s`,
  );
  console.log(`  ${returns.length} live again within ${seconds.toFixed(1)} s, ${resumed} of them by resume`);
  console.log(`  a resume once connected: ${summary(returns.map(({ ms }) => ms))}`);
  const after = await workDone(cluster, engines);
  console.log(
    `  meanwhile: ${after.commands - before.commands} commands for the services, ` +
      `${after.reads - before.reads} reads of rooms in MongoDB (an idle cluster makes some for its deadlines)`,
  );
  for (const { socket } of clients) socket?.close();
}

async function inTurn(clients: readonly Client[], each: (client: Client, index: number) => Promise<unknown>) {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < clients.length; index = next++) {
      const client = clients[index];
      if (client !== undefined) await each(client, index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

function connect(client: Client, token: string): Promise<Return> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(client.url);
    let openedAt = 0;
    client.socket = socket;
    socket.addEventListener("open", () => (openedAt = performance.now()));
    socket.addEventListener("close", ({ code, reason }) => reject(new Error(`${code} ${reason}`)));
    socket.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(String(data)) as { type: string; cursor?: Cursor; resumed?: boolean };
      if (frame.type === "system.welcome") {
        const { cursor } = client;
        const resume = cursor === null ? {} : { resume: { cursor, channels: [] } };
        socket.send(JSON.stringify({ type: "system.authenticate", token, ...resume }));
      } else if (frame.type === "system.authenticated") {
        client.cursor = frame.cursor ?? null;
        resolve({ ms: performance.now() - openedAt, resumed: frame.resumed === true });
      }
    });
  });
}

async function workDone(cluster: Cluster, engines: EngineUrls): Promise<{ commands: number; reads: number }> {
  const log = await connectKafkaLog({
    brokers: engines.kafkaBrokers.split(","),
    topicPrefix: cluster.topicPrefix,
    logger: { warn: () => {}, error: () => {} },
  });
  const ends = await log.ends(["games.commands", "chat.commands"]);
  await log.close();
  const mongo = new MongoClient(engines.mongodbUrl);
  const status = await mongo.db("admin").command({ serverStatus: 1 });
  await mongo.close();
  const { query } = status["opcounters"] as { query: number };
  return { commands: Object.values(ends).reduce((sum, end) => sum + end + 1, 0), reads: query };
}
