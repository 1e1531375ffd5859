/** The way in on a raw socket, and what one asks there. */
import { openRawSocket, textFrame, textOf, type RawSocket } from "./raw-socket.ts";

/** The whole handshake. */
export async function arriveAt(socketUrl: string, token: string): Promise<RawSocket> {
  const socket = await openRawSocket(socketUrl);
  await ask(socket, { type: "system.authenticate", token }, "system.authenticated");
  return socket;
}

/** Sends a command and waits for a frame of the type that says that it was done. */
export function ask(socket: RawSocket, command: object, answer: string): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.onFrame = (bytes, start, end) => {
      const text = textOf(bytes, start, end);
      if (text.startsWith(`{"type":"${answer}"`)) resolve(text);
      else if (text.startsWith('{"type":"system.error"')) reject(new Error(text));
    };
    socket.send(textFrame(JSON.stringify({ ...command, commandId: crypto.randomUUID() })));
  });
}
