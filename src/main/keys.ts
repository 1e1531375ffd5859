/** `npm run keys -- …`: the pair of keys that a cluster's programs are given, and another one in its place. */
import {
  dropOldKeys,
  ensureKeyPair,
  KeyFileError,
  keysIn,
  makeNextKey,
  useNextKey,
} from "../accounts/index.ts";

const usage = `npm run keys -- COMMAND FOLDER
  make      makes jwt_private.pem (for JWT_PRIVATE_KEY of blazing-sun, and nobody else) and jwt_public.pem (for the
            folder JWT_PUBLIC_KEYS of every ws-gateway) in FOLDER; what is there already stays
  list      says which keys are there, and what each is for
To rotate them, while everything runs and nobody is cut off:
  next      makes the next pair beside the one that signs. Copy the new jwt_public_….pem to every gateway's folder
  use-next  from now on the next key signs: once every gateway has had its public half for some seconds
  drop-old  removes the public halves of keys that sign no more, six minutes after use-next or later. Then copy
            jwt_public.pem to every gateway's folder, and remove its other jwt_public_….pem. With --now at once: for a
            private key that somebody has stolen`;

async function perform(command: string, folder: string, isUrgent: boolean): Promise<string | null> {
  switch (command) {
    case "make":
      return `${folder}: the key ${(await ensureKeyPair(folder)).kid} is there.`;
    case "list": {
      const uses = { signs: "signs", next: "is the next to sign", verifies: "only verifies" };
      const lines = (await keysIn(folder)).map(({ kid, file, use }) => `${kid} ${uses[use]}: ${file}`);
      return lines.join("\n");
    }
    case "next":
      return `${await makeNextKey(folder)}: copy it to every gateway's folder, then: npm run keys -- use-next ${folder}`;
    case "use-next":
      await useNextKey(folder);
      return `The new key signs. In six minutes, the old one may go: npm run keys -- drop-old ${folder}`;
    case "drop-old": {
      const gone = await dropOldKeys(folder, isUrgent ? null : Date.now());
      return gone.length === 0 ? "No old key was there." : gone.map((file) => `${file} is gone.`).join("\n");
    }
    default:
      return null;
  }
}

async function run([command = "", folder, option]: readonly string[]): Promise<number> {
  const isUrgent = option === "--now" && command === "drop-old";
  try {
    const isMisused = folder === undefined || (option !== undefined && !isUrgent);
    const said = isMisused ? null : await perform(command, folder, isUrgent);
    if (said === null) console.error(usage);
    else console.log(said);
    return said === null ? 1 : 0;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : null;
    if (!(error instanceof KeyFileError) && code === null) throw error;
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

process.exit(await run(process.argv.slice(2)));
