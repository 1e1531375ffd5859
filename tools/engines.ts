/** `npm run engines -- install | up | down | status`: what the tests need beside the packages of `npm ci`. */
import { InstallError } from "./engines/installable.ts";
import { installables } from "./engines/registry.ts";

const usage = `npm run engines -- COMMAND
  install   bring what tests need and this machine lacks: ${installables.map(({ name }) => name).join(", ")}
  status    say what is there
  up, down  start and stop database and log engines (none are needed yet)`;

const noEngines = "No engines to start or stop: the embedded default, which is all there is yet, needs none.";

async function install(): Promise<number> {
  for (const thing of installables) {
    if (await thing.isInstalled()) {
      console.log(`${thing.name}: already installed`);
      continue;
    }
    try {
      await thing.install();
    } catch (error) {
      if (!(error instanceof InstallError)) throw error;
      console.error(`${thing.name}: ${error.message}`);
      return 1;
    }
    console.log(`${thing.name}: installed`);
  }
  return 0;
}

async function status(): Promise<number> {
  for (const thing of installables) {
    const state = (await thing.isInstalled()) ? "installed" : "missing: npm run engines -- install";
    console.log(`${thing.name} (${thing.use}): ${state}`);
  }
  console.log(noEngines);
  return 0;
}

async function run(command: string | undefined): Promise<number> {
  switch (command) {
    case "install":
      return await install();
    case "status":
      return await status();
    case "up":
    case "down":
      console.log(noEngines);
      return 0;
    default:
      console.error(usage);
      return 1;
  }
}

process.exit(await run(process.argv[2]));
