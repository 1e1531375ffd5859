/** The one socket client of a page, shared by everything on it. */
import type { accountMessages } from "../protocol/account-messages.ts";
import type { chatMessages } from "../protocol/chat-messages.ts";
import type { MessagesOf } from "../protocol/declaration.ts";
import type { privateMessages } from "../protocol/private-messages.ts";
import type { roomMessages } from "../protocol/room-messages.ts";
import type { systemMessages } from "../protocol/system-messages.ts";
import { createSocketClient } from "../sockets/client.ts";
import { fetchToken, type SocketToken } from "../sockets/token.ts";
import type { SocketClient } from "../sockets/types.ts";
// Makes the policy that lets the worker start, too.
import { heartbeatWorkerUrl } from "./trusted-types.ts";

/** What every page speaks: the platform's messages. A game's own are between its element and its rules. */
export type PageMessages = MessagesOf<
  [
    ...typeof systemMessages,
    ...typeof roomMessages,
    ...typeof chatMessages,
    ...typeof privateMessages,
    ...typeof accountMessages,
  ]
>;
export type PageClient = SocketClient<PageMessages>;

/** Called with each client that the page has; what it returns ends that. */
type Follower = (client: PageClient) => () => void;

let current: PageClient | null = null;
const followers = new Map<Follower, () => void>();

/** The page's client; connects with the first call. */
export function pageClient(): PageClient {
  current ??= open();
  return current;
}

/**
 * Calls `follow` with the page's client, and again with the next one where a visitor becomes a guest. With
 * `open: false` it waits until something else on the page needs a connection. Returns the function that ends it.
 */
export function followPageClient(
  follow: Follower,
  { open: now = true }: { readonly open?: boolean } = {},
): () => void {
  followers.set(follow, current === null ? () => undefined : follow(current));
  if (now) pageClient();
  return () => {
    followers.get(follow)?.();
    followers.delete(follow);
  };
}

/** The page belongs to somebody else from now on: what was connected for the former one is closed. */
export function renewPageClient(): void {
  for (const stop of followers.values()) stop();
  current?.close();
  current = open();
}

function open(): PageClient {
  const client = createSocketClient<PageMessages>({ token: tokenForThisPage, heartbeatWorkerUrl });
  current = client;
  for (const follow of followers.keys()) followers.set(follow, follow(client));
  return client;
}

async function tokenForThisPage(): Promise<SocketToken> {
  const token = await fetchToken();
  return { ...token, url: asSecureAsThePage(token.url) };
}

/** Behind a proxy that ends TLS and is not declared trusted, the server takes https for http (F43). */
function asSecureAsThePage(socketUrl: string): string {
  return location.protocol === "https:" ? socketUrl.replace(/^ws:/, "wss:") : socketUrl;
}
