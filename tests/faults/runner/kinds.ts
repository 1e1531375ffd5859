/** What can go wrong, each kind with how it is done and undone. */
import { RedisClient } from "bun";
import { MongoClient } from "mongodb";
import { shiftClock } from "./clock.ts";
import type { Program, Stage } from "./stage.ts";
import { runningEngines, type EngineUrls } from "../../cluster/engines.ts";
import { signalEngine, startEngine, type EngineKey } from "../../../tools/engines/control.ts";

export interface Kind {
  readonly name: string;
  readonly mode: Stage["mode"];
  /** Breaks it, and mends it again: what is out of order at the end is left to the system. */
  inflict(stage: Stage, random: () => number): Promise<void>;
  /** Settings that the stage is opened with. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly needsClock?: true;
}

type Pick = (stage: Stage, random: () => number) => Program;

const gateway: Pick = ({ gateways }, random) => anyOf(gateways, random);
const platform: Pick = ({ platforms }, random) => anyOf(platforms, random);

function anyOf<Thing>(things: readonly Thing[], random: () => number): Thing {
  const thing = things[Math.floor(random() * things.length)];
  if (thing === undefined) throw new Error("There is nothing to break.");
  return thing;
}

const between = (random: () => number, from: number, to: number) => from + random() * (to - from);

function killed(name: string, mode: Stage["mode"], pick: Pick, most: number): Kind {
  return {
    name: `${name} killed`,
    mode,
    async inflict(stage, random) {
      const program = pick(stage, random);
      await program.kill();
      await Bun.sleep(between(random, 0, most));
      await program.restart();
    },
  };
}

function restarted(name: string, mode: Stage["mode"], pick: Pick): Kind {
  return {
    name: `${name} restarted`,
    mode,
    async inflict(stage, random) {
      const program = pick(stage, random);
      await program.stop();
      await program.restart();
    },
  };
}

function frozen(name: string, mode: Stage["mode"], pick: Pick, most: number): Kind {
  return {
    name: `${name} frozen`,
    mode,
    async inflict(stage, random) {
      const { pid } = pick(stage, random);
      process.kill(pid, "SIGSTOP");
      await Bun.sleep(between(random, 500, most));
      process.kill(pid, "SIGCONT");
    },
  };
}

function engine(key: EngineKey): Kind[] {
  const away: readonly (readonly [string, NodeJS.Signals | undefined])[] = [
    ["killed", "SIGKILL"],
    ["frozen", "SIGSTOP"],
    ["restarted", undefined], // in order, by the signal that it wants
  ];
  return away.map(([how, signal]) => ({
    name: `${key} ${how}`,
    mode: "cluster",
    async inflict(_stage, random) {
      await signalEngine(key, signal);
      await Bun.sleep(between(random, 300, 4_000));
      await startEngine(key);
    },
  }));
}

function wayTo(key: string, protocol: string): Kind[] {
  const wayOf = ({ engineWays }: Stage) => {
    const way = engineWays.get(protocol);
    if (way === undefined || way.openWays === 0) throw new Error(`Nothing goes to ${key} by our way.`);
    return way;
  };
  return [
    {
      name: `connections to ${key} cut`,
      mode: "cluster",
      async inflict(stage, random) {
        const way = wayOf(stage);
        for (let cut = 0; cut < 4; cut += 1) {
          way.inflict({ kind: "drop" });
          await Bun.sleep(between(random, 50, 600));
        }
      },
    },
    {
      name: `connections to ${key} slow`,
      mode: "cluster",
      async inflict(stage, random) {
        const way = wayOf(stage);
        way.inflict({ kind: "delay", ms: Math.floor(between(random, 50, 300)) });
        await Bun.sleep(between(random, 1_000, 3_000));
        way.inflict({ kind: "delay", ms: 0 });
      },
    },
  ];
}

function sockets(mode: Stage["mode"]): Kind[] {
  const each = async (
    { ways }: Stage,
    random: () => number,
    inflict: (way: Stage["ways"][number]) => void,
  ) => {
    for (let times = 0; times < 4; times += 1) {
      inflict(anyOf(ways, random));
      await Bun.sleep(between(random, 50, 500));
    }
  };
  return [
    {
      name: "sockets cut",
      mode,
      inflict: (stage, random) => each(stage, random, (way) => way.inflict({ kind: "drop" })),
    },
    {
      name: "sockets cut inside a frame",
      mode,
      inflict: (stage, random) => each(stage, random, (way) => way.inflict({ kind: "cut_in_a_frame" })),
    },
    {
      name: "sockets half open",
      mode,
      inflict: (stage, random) =>
        each(stage, random, (way) =>
          way.inflict({ kind: "half_open", ms: Math.floor(between(random, 100, 900)) }),
        ),
    },
    {
      name: "answers lost",
      mode,
      inflict: (stage, random) =>
        each(stage, random, (way) =>
          way.inflict({ kind: "swallow_answers", ms: Math.floor(between(random, 50, 500)) }),
        ),
    },
    {
      name: "sockets slow",
      mode,
      async inflict(stage, random) {
        for (const way of stage.ways)
          way.inflict({ kind: "delay", ms: Math.floor(between(random, 100, 400)) });
        await Bun.sleep(between(random, 1_000, 2_500));
        for (const way of stage.ways) way.inflict({ kind: "drop" });
      },
    },
    {
      name: "sockets refused",
      mode,
      async inflict(stage, random) {
        const ms = Math.floor(between(random, 500, 3_000));
        for (const way of stage.ways)
          way.inflict({ kind: random() < 0.5 ? "refuse" : "accept_and_close", ms });
        await Bun.sleep(ms);
      },
    },
  ];
}

const embedded: readonly Kind[] = [
  killed("process", "embedded", platform, 1_000),
  restarted("process", "embedded", platform),
  frozen("process", "embedded", platform, 4_000),
  ...sockets("embedded"),
  {
    name: "store full",
    mode: "embedded",
    // Full after a few rooms (tests/wire/store-full.test.ts has how it is refused).
    environment: { DATABASE_LIMIT_MB: "0.2" },
    async inflict({ platforms }, random) {
      await Bun.sleep(between(random, 2_000, 4_000));
      const [program] = platforms;
      await program?.stop();
      await program?.restart({ DATABASE_LIMIT_MB: "1000" });
    },
  },
  {
    name: "clock jumps",
    mode: "embedded",
    needsClock: true,
    async inflict({ clockFile }, random) {
      if (clockFile === null) throw new Error("This stage's clock cannot be shifted.");
      for (const seconds of [600, -600, 5_000, 0]) {
        shiftClock(clockFile, seconds);
        await Bun.sleep(between(random, 300, 1_000));
      }
    },
  },
];

/** An engine that runs, and yet cannot do its work (F45). */
const unwell: readonly Kind[] = [
  ...(["noeviction", "allkeys-lru"] as const).map((policy): Kind => ({
    name: policy === "noeviction" ? "redis full" : "redis forgets",
    mode: "cluster",
    async inflict(_stage, random) {
      const redis = new RedisClient(urls().redisUrl);
      const set = (name: string, value: string) => redis.send("CONFIG", ["SET", name, value]);
      try {
        await set("maxmemory-policy", policy);
        await set("maxmemory", "1");
        await Bun.sleep(between(random, 1_000, 4_000));
      } finally {
        await set("maxmemory", "0");
        await set("maxmemory-policy", "noeviction");
        redis.close();
      }
    },
  })),
  {
    name: "mongodb steps down",
    mode: "cluster",
    async inflict() {
      const mongo = new MongoClient(urls().mongodbUrl);
      try {
        // It has nobody to hand over to, and takes the office again after these seconds.
        await mongo.db("admin").command({ replSetStepDown: 3, force: true });
        await Bun.sleep(3_000);
      } finally {
        await mongo.close();
      }
    },
  },
];

function urls(): EngineUrls {
  const engines = runningEngines();
  if (engines === null) throw new Error("No engines are up.");
  return engines;
}

const cluster: readonly Kind[] = [
  killed("gateway", "cluster", gateway, 4_000),
  restarted("gateway", "cluster", gateway),
  frozen("gateway", "cluster", gateway, 4_000),
  killed("platform", "cluster", platform, 6_000),
  restarted("platform", "cluster", platform),
  frozen("platform", "cluster", platform, 6_000),
  ...(["kafka", "redis", "mongodb", "postgresql"] as const).flatMap(engine),
  ...unwell,
  ...wayTo("redis", "redis"),
  ...wayTo("mongodb", "mongodb"),
  ...wayTo("postgresql", "postgres"),
  ...sockets("cluster"),
];

export const kinds: readonly Kind[] = [...embedded, ...cluster];
