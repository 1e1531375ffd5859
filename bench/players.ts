/**
 * Players that cost the load generator little: a raw socket each, with just enough of the protocol to play
 * Bigger Dice. Their tokens are signed with the platform's own key, so that no account has to be made.
 */
import { arriveAt } from "./arriving.ts";
import { textFrame, textOf } from "./raw-socket.ts";
import { loadSigningKey } from "../src/accounts/index.ts";
import { issueSocketToken } from "../src/accounts/tokens.ts";
import { asSessionId, asUserId } from "../src/protocol/index.ts";

export interface Frame {
  readonly type: string;
  readonly commandId?: string;
  readonly roomId?: string;
  readonly [field: string]: unknown;
}

export interface BenchPlayer {
  readonly userId: string;
  readonly socketUrl: string;
  send(frame: Readonly<Record<string, unknown>>): void;
  /** Called for every frame; there is one listener. */
  onFrame: (frame: Frame) => void;
  /** Set where frames are too many to be parsed: it gets them as they are, and `onFrame` gets none. */
  onText: ((frame: string) => void) | null;
  onClose: () => void;
  close(): void;
}

export async function tokenMint(keyFile: string): Promise<(userId: number) => Promise<string>> {
  const key = await loadSigningKey(keyFile);
  return async (userId) => {
    const bearer = {
      userId: asUserId(String(userId)),
      username: `player${userId}`,
      roles: ["user" as const],
      sid: asSessionId(`bench-${userId}`),
    };
    return (await issueSocketToken(bearer, key, Date.now())).token;
  };
}

/** @param renew a new token, for those who stay longer than one lasts */
export async function connectPlayer(
  socketUrl: string,
  userId: number,
  token: string,
  renew?: () => Promise<string>,
): Promise<BenchPlayer> {
  const socket = await arriveAt(socketUrl, token);
  const player: BenchPlayer = {
    userId: String(userId),
    socketUrl,
    send: (frame) => socket.send(textFrame(JSON.stringify(frame))),
    onFrame: () => {},
    onText: null,
    onClose: () => {},
    close: () => socket.close(),
  };
  const heartbeat = setInterval(() => player.send({ type: "system.heartbeat" }), 15_000);
  socket.onClosed = () => {
    clearInterval(heartbeat);
    player.onClose();
  };
  socket.onFrame = (bytes, start, end) => {
    const text = textOf(bytes, start, end);
    if (renew !== undefined && text.startsWith('{"type":"system.token_expiring"')) {
      void renew().then((next) => player.send({ type: "system.authenticate", token: next }));
    } else if (player.onText === null) player.onFrame(JSON.parse(text) as Frame);
    else player.onText(text);
  };
  return player;
}
