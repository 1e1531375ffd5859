/** `npm run keys -- make FOLDER`: the pair of keys that a cluster's programs are given. */
import { ensureKeyPair, KeyFileError } from "../accounts/index.ts";

const usage = `npm run keys -- make FOLDER
  makes jwt_private.pem (for JWT_PRIVATE_KEY of blazing-sun, and nobody else) and jwt_public.pem (for the folder
  JWT_PUBLIC_KEYS of every ws-gateway) in FOLDER; what is there already stays`;

async function run([command, folder]: readonly string[]): Promise<number> {
  if (command !== "make" || folder === undefined) {
    console.error(usage);
    return 1;
  }
  try {
    const { kid } = await ensureKeyPair(folder);
    console.log(`${folder}: the key ${kid} is there.`);
    return 0;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : null;
    if (!(error instanceof KeyFileError) && code === null) throw error;
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

process.exit(await run(process.argv.slice(2)));
