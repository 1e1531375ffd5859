/** `npm run backup -- FOLDER`: the embedded databases and keys, whole, while the program runs. */
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { BackupError, copyDatabase } from "./backup/copy-database.ts";
import { ConfigError, readConfig } from "./config.ts";
import { databaseFiles } from "./databases.ts";

const usage = `npm run backup -- FOLDER
  copies the databases and keys of DATA_DIR into FOLDER, which must be new or empty, while the program runs or not.
  To restore: stop the program, put FOLDER in the place of DATA_DIR, start it again (docs/deployment.md)`;

async function backUp(dataDir: string, folder: string): Promise<void> {
  const present = databaseFiles.filter((name) => existsSync(join(dataDir, name)));
  if (present.length === 0) throw new BackupError(`There are no databases in ${dataDir}: set DATA_DIR.`);
  // It holds passwords' hashes and the private key.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new BackupError(`${folder} is not empty: name a new folder.`);
  for (const name of present) {
    await copyDatabase(join(dataDir, name), join(folder, name));
    await chmod(join(folder, name), 0o600);
    console.log(`${name}: ${Math.ceil((await stat(join(folder, name))).size / 1024)} KiB`);
  }
  const keys = join(dataDir, "keys");
  await mkdir(join(folder, "keys"), { mode: 0o700 });
  for (const name of (await readdir(keys)).filter((each) => each.endsWith(".pem"))) {
    await copyFile(join(keys, name), join(folder, "keys", name));
  }
  console.log(`${folder} is complete.`);
}

async function run([folder, ...rest]: readonly string[]): Promise<number> {
  if (folder === undefined || folder.startsWith("-") || rest.length > 0) {
    console.error(usage);
    return 2;
  }
  try {
    await backUp(readConfig("backup", process.env).dataDir, folder);
    return 0;
  } catch (error) {
    const isSelfExplaining = error instanceof BackupError || error instanceof ConfigError;
    console.error(
      isSelfExplaining || !(error instanceof Error) ? String(error) : (error.stack ?? error.message),
    );
    return 1;
  }
}

process.exit(await run(process.argv.slice(2)));
