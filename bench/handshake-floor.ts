/**
 * The least that a server on this runtime does to let somebody in: the frames of our handshake, the same check of the
 * token, and nothing behind it. Nobody is told, counted, limited or found again.
 *
 *   DATA_DIR=… bun bench/handshake-floor.ts      makes keys there, and prints its address
 */
import { join } from "node:path";
import { ensureKeyPair, loadPublicKeys } from "../src/accounts/index.ts";
import { createTokenVerifier, type Session } from "../src/ws-gateway/index.ts";

const keys = join(process.env.DATA_DIR ?? "data", "keys");
await ensureKeyPair(keys);
const verify = createTokenVerifier(await loadPublicKeys(keys), Date.now);
const timestamp = () => new Date().toISOString();
const frame = (type: string, fields: object) =>
  JSON.stringify({ type: `system.${type}`, eventId: crypto.randomUUID(), timestamp: timestamp(), ...fields });
/** As many bytes as the platform's cursor. */
const cursor = {
  epoch: crypto.randomUUID(),
  positions: Object.fromEntries(Array.from({ length: 24 }, (_, n) => [`games.events/${n}`, 1_000 + n])),
};
const limits = { heartbeatMs: 15_000, timeoutMs: 45_000, authDeadlineMs: 5_000, maxFrameBytes: 16_384 };

/** What is asked, of the two messages that there are. */
interface Asked {
  readonly type: string;
  readonly token?: string;
}

const server = Bun.serve<{ session: Session | null }>({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, self) {
    return self.upgrade(request, { data: { session: null } })
      ? undefined
      : new Response(null, { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    open: (socket) =>
      void socket.sendText(frame("welcome", { connectionId: crypto.randomUUID(), ...limits })),
    async message(socket, text) {
      const { type, token = "" } = JSON.parse(String(text)) as Asked;
      if (type === "system.heartbeat") return void socket.sendText(frame("heartbeat_ack", { cursor }));
      const verification = await verify(token);
      if (verification.kind === "invalid") return socket.close();
      const { session } = verification;
      socket.data.session = session;
      const { userId, username, roles } = session;
      socket.sendText(frame("authenticated", { userId, username, roles, resumed: false, cursor, rooms: [] }));
    },
  },
});
console.log(`http://127.0.0.1:${server.port ?? 0}`);
