/** What waits for this person, on every page: beside the link to her friends, and in the window's title. */
import { followMyChats, followMyFriends } from "./my-people.ts";

/** `<a href="/friends" data-people>Friends <span data-people-count hidden></span></a>` */
export function enhancePeopleLink(link: HTMLAnchorElement): void {
  const count = link.querySelector<HTMLElement>("[data-people-count]");
  if (count === null) return;
  const title = document.title;
  const isGuest = document.body.dataset["guest"] === "yes";
  let unread = 0;
  let requests = 0;

  function show(): void {
    if (count === null) return;
    const waiting = unread + requests;
    count.hidden = waiting === 0;
    count.textContent = waiting > 99 ? "99+" : String(waiting);
    count.setAttribute("aria-label", inWords(unread, requests));
    document.title = unread === 0 ? title : `(${unread}) ${title}`;
  }

  followMyChats(({ chats, unread: now }) => {
    unread = now;
    // A guest has no list of friends; an admin may have written to her all the same (G7).
    const [newest] = chats;
    if (isGuest && newest !== undefined) {
      link.href = `/chat/${newest.userId}`;
      link.hidden = false;
    }
    show();
  });
  if (isGuest) return;
  followMyFriends((mine) => {
    requests = mine.requests.incoming.length;
    show();
  });
}

function inWords(unread: number, requests: number): string {
  const parts = [];
  if (unread > 0) parts.push(`${unread} unread ${unread === 1 ? "message" : "messages"}`);
  if (requests > 0) parts.push(`${requests} ${requests === 1 ? "request" : "requests"}`);
  return parts.join(", ");
}
