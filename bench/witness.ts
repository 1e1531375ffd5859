/**
 * Somebody who asks for little while others ask for too much, as a process of its own so that her clock does not wait
 * for theirs. Asks ten times a second to be shown her rooms, and prints a line for each answer: what it took.
 *
 *   bun bench/witness.ts SOCKET_URL KEY_FILE
 */
import { connectPlayer, tokenMint } from "./players.ts";

const [socketUrl = "", keyFile = ""] = process.argv.slice(2);
const userId = 9_000_001;
const witness = await connectPlayer(socketUrl, userId, await (await tokenMint(keyFile))(userId));
for (;;) {
  const start = performance.now();
  const commandId = crypto.randomUUID();
  const outcome = await new Promise<string>((resolve) => {
    witness.onFrame = (frame) => {
      if (frame.commandId === commandId) resolve(frame.type);
    };
    witness.send({ type: "system.command.sync_state", commandId });
  });
  const ms = performance.now() - start;
  console.log(JSON.stringify({ ms, isServed: outcome !== "system.error" }));
  await Bun.sleep(Math.max(0, 100 - ms));
}
