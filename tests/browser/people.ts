/** Members in browsers of their own. */
import type { APIResponse, Browser, BrowserContextOptions, Page } from "playwright-core";
import { newPage } from "./table.ts";

export interface Member {
  /** Blank until it goes somewhere. */
  readonly page: Page;
  readonly userId: string;
  readonly username: string;
  /** Another tab of the same browser. */
  tab(path: string): Promise<Page>;
}

const password = "correct horse battery";

/** By the API; the form is for those tests that are about it. */
export async function register(
  browser: Browser,
  url: string,
  username: string,
  options: BrowserContextOptions = {},
): Promise<Member> {
  const page = await newPage(browser, options);
  const response = await request(page, "POST", `${url}/api/register`, { username, password });
  const { userId } = (await response.json()) as { userId: string }; // as the API answers
  return {
    page,
    userId,
    username,
    async tab(path) {
      const other = await page.context().newPage();
      other.setDefaultTimeout(15_000);
      await other.goto(url + path);
      return other;
    },
  };
}

/** What the page's browser shows who it belongs to by. */
export async function cookieOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies();
  return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
}

/** By the API, as their pages would. */
export async function makeFriends(url: string, one: Member, other: Member): Promise<void> {
  await change(url, one, "POST", "/api/friends/requests", { username: other.username });
  await change(url, other, "POST", `/api/friends/requests/${one.userId}/accept`);
}

export async function change(
  url: string,
  { page }: Member,
  method: string,
  path: string,
  data?: object,
): Promise<void> {
  await request(page, method, url + path, data);
}

/** With the cookies of the page, which keeps those that come; rejects where it is refused. */
async function request(page: Page, method: string, address: string, data?: object): Promise<APIResponse> {
  const response = await page.context().request.fetch(address, {
    method,
    headers: { Origin: new URL(address).origin },
    ...(data === undefined ? {} : { data }),
  });
  if (!response.ok()) throw new Error(`${method} ${address}: ${response.status()} ${await response.text()}`);
  return response;
}

const field = "#private-chat-text";

export async function write(page: Page, text: string): Promise<void> {
  await page.fill(field, text);
  // While the message before it is on its way, an Enter sends nothing.
  await page.locator("message-form[name=private-chat] button[type=submit][aria-disabled=false]").waitFor();
  await page.press(field, "Enter");
}

export const bubbles = (page: Page) => page.locator(".bubble .chat-text");
/** The number beside the link to one's friends; "" where there is none. */
export const count = (page: Page) => page.locator("[data-people-count]");
