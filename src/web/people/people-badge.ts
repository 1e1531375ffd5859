/** What waits for this person, on every page: beside the link to her friends, and in the window's title. */
import { announce } from "../elements/announce.ts";
import { viewerHere } from "../elements/viewer-here.ts";
import { followMyChats, followMyFriends, type MyFriends } from "./my-people.ts";

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

  let wereUnread: number | null = null;
  followMyChats(({ chats, unread: now }) => {
    const newest = chats[0];
    const isNews = wereUnread !== null && now > wereUnread && newest?.lastMessage.senderId !== viewerHere();
    if (isNews && newest !== undefined && !isOpen(newest)) announce(`New message from ${newest.username}.`);
    wereUnread = now;
    unread = now;
    // A guest has no list of friends; an admin may have written to her all the same (G7).
    if (isGuest && newest !== undefined) {
      link.href = chats.length === 1 ? `/chat/${newest.userId}` : "/friends";
      link.hidden = false;
    }
    show();
  });
  if (isGuest) return;
  let before: MyFriends | null = null;
  followMyFriends((mine) => {
    if (before !== null) for (const sentence of newsOf(before, mine)) announce(sentence);
    before = mine;
    requests = mine.requests.incoming.length;
    show();
  });
}

/** The chat itself says what comes (F35). */
function isOpen({ userId }: { readonly userId: string }): boolean {
  return document.querySelector(`private-chat[other="${CSS.escape(userId)}"]`) !== null;
}

/** What others did. One's own doing is answered where it was done. */
function newsOf(before: MyFriends, now: MyFriends): readonly string[] {
  const idsOf = (people: readonly { readonly userId: string }[]) =>
    new Set(people.map(({ userId }) => userId));
  const known = idsOf(before.requests.incoming);
  const asked = idsOf(before.requests.outgoing);
  const friends = idsOf(before.friends);
  return [
    ...now.requests.incoming
      .filter(({ userId }) => !known.has(userId))
      .map(({ username }) => `${username} asks to be your friend.`),
    ...now.friends
      .filter(({ userId }) => asked.has(userId) && !friends.has(userId))
      .map(({ username }) => `${username} is your friend now.`),
  ];
}

function inWords(unread: number, requests: number): string {
  const parts = [];
  if (unread > 0) parts.push(`${unread} unread ${unread === 1 ? "message" : "messages"}`);
  if (requests > 0) parts.push(`${requests} ${requests === 1 ? "request" : "requests"}`);
  return parts.join(", ");
}
