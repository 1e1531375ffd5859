/** People with accounts, their friends and what is done to them, by the API and the command line. */
import { join } from "node:path";
import { connectClient, type PlatformClient } from "./platform.ts";
import { asUserId, type PrivateMessageView, type UserId } from "../src/protocol/index.ts";

export interface Member {
  readonly userId: UserId;
  readonly username: string;
  readonly cookie: string;
  readonly client: PlatformClient;
}

const password = "correct horse battery";

/** The name is made unique. @param socketUrl another way to the gateway */
export async function register(url: string, name: string, socketUrl?: string): Promise<Member> {
  const username = `${name}-${crypto.randomUUID().slice(0, 8)}`;
  const response = await signUp(url, username);
  if (!response.ok) throw new Error(`No member: ${response.status} ${await response.text()}`);
  const { userId } = (await response.json()) as { userId: string };
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  return { userId: asUserId(userId), username, cookie, client: connectClient(url, cookie, socketUrl) };
}

export function signUp(url: string, username: string): Promise<Response> {
  return post(url, "/api/register", { username, password });
}

export function signIn(url: string, username: string): Promise<Response> {
  return post(url, "/api/login", { username, password });
}

function post(url: string, path: string, body: object): Promise<Response> {
  return fetch(url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: url },
    body: JSON.stringify(body),
  });
}

/** A change by one of a member's pages; rejects where it is refused. */
export async function change(url: string, who: Member, method: string, path: string, body?: object) {
  const response = await fetch(url + path, {
    method,
    headers: {
      Cookie: who.cookie,
      Origin: url,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
}

export async function read<Answer>(url: string, who: Member, path: string): Promise<Answer> {
  const response = await fetch(url + path, { headers: { Cookie: who.cookie } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer; // as the API answers
}

export async function makeFriends(url: string, one: Member, other: Member): Promise<void> {
  await change(url, one, "POST", "/api/friends/requests", { username: other.username });
  await change(url, other, "POST", `/api/friends/requests/${one.userId}/accept`);
}

export async function historyOf(url: string, who: Member, other: Member): Promise<PrivateMessageView[]> {
  const all: PrivateMessageView[] = [];
  for (let before: string | null = ""; before !== null;) {
    const query: string = before === "" ? "" : `&before=${before}`;
    const page: { items: PrivateMessageView[]; nextBefore: string | null } = await read(
      url,
      who,
      `/api/chats/${other.userId}/messages?limit=100${query}`,
    );
    all.unshift(...page.items);
    before = page.nextBefore;
  }
  return all;
}

const program = join(import.meta.dir, "../src/main/admin.ts");

/** `npm run admin -- …`, in a process of its own. */
export async function admin(
  environment: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly said: string }> {
  const child = Bun.spawn([process.execPath, program, ...words], {
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, said: out + err };
}
