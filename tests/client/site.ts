/** Another site, which has pages and a server of its own, and no build: its pages load the package as it is. */
import { join } from "node:path";
import { guestSession, socketToken } from "../platform.ts";

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

const page = `<!doctype html>
<title>Another site</title>
<script type="module">
  import { createSocketClient, fetchToken, openRoomFeed } from "/client/index.js";

  const guest = await (await fetch("/guest", { method: "POST" })).json();
  const client = createSocketClient({
    token: () => fetchToken("/token/" + guest.id),
    heartbeatWorkerUrl: "/client/heartbeat-worker.js",
  });
  const { roomId } = await client.send("games.command.quick_play", { gameType: "bigger_dice" });
  const isMe = (userId) => client.state.name === "live" && client.state.user.userId === userId;
  let played;
  const play = (whose, turn) => {
    if (!isMe(whose) || turn === played) return;
    played = turn;
    client.send("games.command.bigger_dice.roll", { roomId, turn });
  };
  openRoomFeed(client, roomId, {
    onSnapshot: ({ state }) => play(state?.currentTurn, state?.turn),
    onEvent(event) {
      if (event.type === "games.event.bigger_dice.rolled") play(event.nextTurn, event.turn + 1);
      if (event.type === "games.event.bigger_dice.round_complete") play(event.nextTurn, event.turn);
      if (event.type === "games.event.bigger_dice.game_over") {
        const result = Object.assign(document.createElement("p"), { id: "result" });
        result.textContent = event.winnerName + " won, " + JSON.stringify(event.finalScores);
        document.body.append(result);
      }
    },
    onGone() {},
  });
</script>
`;

/** @param platformUrl where its server gets guests and their tokens */
export function openSite(packagePath: string, platformUrl: () => string): Site {
  const cookies = new Map<string, string>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    routes: {
      "/": new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } }),
      "/client/:file": ({ params }) => new Response(Bun.file(join(packagePath, params.file))),
      "/guest": {
        async POST() {
          const id = crypto.randomUUID();
          cookies.set(id, await guestSession(platformUrl()));
          return Response.json({ id });
        },
      },
      "/token/:id": async ({ params }) =>
        Response.json(await socketToken(platformUrl(), cookies.get(params.id) ?? "")),
    },
  });
  return { url: server.url.origin, close: () => server.stop(true) };
}
