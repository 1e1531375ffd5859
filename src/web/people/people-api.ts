/** Friends, requests, blocks and chats as the pages ask for them (design §6). */
import type { FriendStatus } from "../../protocol/account-messages.ts";
import { CommandRefused, readRefusal } from "../../sockets/refusal.ts";
import type { ChatEntry } from "../../sockets/chats-feed.ts";
import type { PrivatePage } from "../../sockets/private-chat-feed.ts";

export interface Friend {
  readonly userId: string;
  readonly username: string;
  readonly status: FriendStatus;
  readonly unread: number;
}

export interface Request {
  readonly userId: string;
  readonly username: string;
  /** ISO-8601. */
  readonly createdAt: string;
}

export interface Requests {
  readonly incoming: readonly Request[];
  readonly outgoing: readonly Request[];
}

export interface Blocked {
  readonly userId: string;
  readonly username: string;
}

const cannotBeReached = "The server cannot be reached: check the network, then try again.";

/** Rejects with a `CommandRefused`, also where nobody answers. */
async function request(path: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...init }).catch(
    () => null,
  );
  const body: unknown = response?.status === 200 ? await response.json() : null;
  if (response?.ok === true) return body;
  const problem: unknown = await response?.json().catch(() => null);
  const fields = typeof problem === "object" && problem !== null ? { ...problem } : {};
  const { detail } = fields as { readonly detail?: unknown };
  const message = typeof detail === "string" ? detail : cannotBeReached;
  throw new CommandRefused(readRefusal({ code: "UNAVAILABLE", ...fields, message }));
}

async function items<Item>(path: string): Promise<readonly Item[]> {
  const { items: found } = (await request(path)) as { readonly items: readonly Item[] }; // as the API answers
  return found;
}

export const loadFriends = () => items<Friend>("/api/friends");
export const loadBlocked = () => items<Blocked>("/api/blocks");
export const loadChats = () => items<ChatEntry>("/api/chats");
export const loadRequests = async () => (await request("/api/friends/requests")) as Requests;

export async function loadMessages(userId: string, before: string | null): Promise<PrivatePage> {
  const query = before === null ? "" : `?before=${encodeURIComponent(before)}`;
  return (await request(`/api/chats/${encodeURIComponent(userId)}/messages${query}`)) as PrivatePage;
}

export async function askToBeFriends(username: string): Promise<void> {
  await request("/api/friends/requests", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username }),
  });
}

export type PersonAction = "accept" | "decline" | "withdraw" | "remove" | "block" | "unblock";

const routes: Readonly<Record<PersonAction, (id: string) => readonly [method: string, path: string]>> = {
  accept: (id) => ["POST", `/api/friends/requests/${id}/accept`],
  decline: (id) => ["POST", `/api/friends/requests/${id}/decline`],
  withdraw: (id) => ["DELETE", `/api/friends/requests/${id}`],
  remove: (id) => ["DELETE", `/api/friends/${id}`],
  block: (id) => ["PUT", `/api/blocks/${id}`],
  unblock: (id) => ["DELETE", `/api/blocks/${id}`],
};

export async function changePerson(userId: string, action: PersonAction): Promise<void> {
  const [method, path] = routes[action](encodeURIComponent(userId));
  await request(path, { method });
}
