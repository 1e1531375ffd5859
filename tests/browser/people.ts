/** Members in browsers of their own. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { newPage } from "./table.ts";

export interface Member {
  readonly page: Page;
  readonly userId: string;
  /** Another tab of the same browser. */
  tab(path: string): Promise<Page>;
}

const password = "correct horse battery";

export async function register(
  browser: Browser,
  url: string,
  name: string,
  options: BrowserContextOptions = {},
): Promise<Member> {
  const page = await newPage(browser, options);
  await page.goto(`${url}/register`);
  await page.fill("input[name=username]", name);
  await page.fill("input[name=password]", password);
  await page.click("main button[type=submit]");
  await page.waitForURL(/\/games/);
  return {
    page,
    userId: (await page.locator("body").getAttribute("data-user-id")) ?? "",
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
  const name = (await other.page.locator("body").getAttribute("data-user-name")) ?? "";
  await change(url, one, "POST", "/api/friends/requests", { username: name });
  await change(url, other, "POST", `/api/friends/requests/${one.userId}/accept`);
}

export async function change(
  url: string,
  { page }: Member,
  method: string,
  path: string,
  data?: object,
): Promise<void> {
  const response = await page.context().request.fetch(url + path, {
    method,
    headers: { Origin: url },
    ...(data === undefined ? {} : { data }),
  });
  if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`);
}

const field = "#private-chat-text";

export async function write(page: Page, text: string): Promise<void> {
  await page.fill(field, text);
  await page.press(field, "Enter");
}

export const bubbles = (page: Page) => page.locator(".bubble .chat-text");
/** The number beside the link to one's friends; "" where there is none. */
export const count = (page: Page) => page.locator("[data-people-count]");
