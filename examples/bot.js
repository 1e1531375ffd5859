// Plays one game of Bigger Dice against whoever comes: node bot.js http://127.0.0.1:8080
import { createSocketClient, fetchToken, openRoomFeed } from "@blazing-sun/client";

const url = process.argv[2] ?? "http://127.0.0.1:8080";
const headers = { "Content-Type": "application/json", Origin: url };
const guest = await fetch(`${url}/api/guest`, { method: "POST", headers, body: "{}" });
if (!guest.ok) throw new Error(await guest.text());
const { userId, username } = await guest.json();
const [Cookie = ""] = String(guest.headers.get("Set-Cookie")).split(";");

/** @type {import("@blazing-sun/client").SocketClient<import("@blazing-sun/client").PlatformMessages>} */
const client = createSocketClient({ token: () => fetchToken(`${url}/api/socket-token`, { Cookie }) });
const joined = await client.send("games.command.quick_play", { gameType: "bigger_dice" });
const roomId = String(joined.roomId);
/** @type {unknown} */
let played;

openRoomFeed(client, roomId, {
  onSnapshot: ({ state, result }) => (result ? leave(result) : play(state?.currentTurn, state?.turn)),
  onEvent(event) {
    if (event.type.endsWith(".rolled")) play(event.nextTurn, Number(event.turn) + 1);
    else if (event.type.endsWith(".round_complete")) play(event.nextTurn, event.turn);
    else if (event.type.endsWith(".game_over")) leave(event);
  },
  onGone: () => client.close(),
});

/** @param {unknown} whose @param {unknown} turn */
function play(whose, turn) {
  if (whose !== userId || turn === played) return; // a snapshot may say again what an event has said
  played = turn;
  const roll = client.send("games.command.bigger_dice.roll", { roomId, turn: Number(turn) });
  roll.catch((refused) => console.error(refused.message));
}

/** @param {{ readonly [field: string]: unknown }} result */
function leave({ winnerName, finalScores }) {
  console.log(`${username}: ${String(winnerName)} won, ${JSON.stringify(finalScores)}`);
  client.close();
}
