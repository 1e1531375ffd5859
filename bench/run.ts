/** `npm run bench -- NAME [seconds] [part]`: runs one benchmark, or a part of it, and prints its figures. */
import { benchArrivals } from "./arrivals.ts";
import { benchChat } from "./chat.ts";
import { benchCluster } from "./cluster.ts";
import { benchGrowth } from "./growth.ts";
import { benchLoad } from "./load.ts";
import { benchObserver } from "./observer.ts";
import { benchPage } from "./page.ts";
import { benchRolls } from "./rolls.ts";
import { benchMongoRooms } from "./mongo-rooms.ts";
import { benchResume } from "./resume.ts";
import { benchSpectators } from "./spectators.ts";
import { benchTrim } from "./trim.ts";
import { benchWire } from "./wire.ts";

const benchmarks: Readonly<Record<string, (seconds: number, part?: string) => Promise<void>>> = {
  wire: benchWire,
  growth: benchGrowth,
  arrivals: benchArrivals,
  rolls: benchRolls,
  chat: benchChat,
  load: benchLoad,
  page: benchPage,
  observer: benchObserver,
  spectators: benchSpectators,
  cluster: benchCluster,
  trim: benchTrim,
  resume: benchResume,
  "mongo-rooms": benchMongoRooms,
};

const [name = "", seconds = "10", part] = process.argv.slice(2);
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  console.error(`npm run bench -- NAME [seconds]; NAME is one of: ${Object.keys(benchmarks).join(", ")}`);
  process.exit(2);
}
await benchmark(Number(seconds), part);
process.exit(0);
