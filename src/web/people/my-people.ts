/** What a person has open with others, kept true while the page is open: one list for everything on the page. */
import type { UserId } from "../../protocol/ids.ts";
import { openChatsFeed, type ChatEntry } from "../../sockets/chats-feed.ts";
import { followPageClient } from "../client.ts";
import { viewerHere } from "../elements/viewer-here.ts";
import {
  loadBlocked,
  loadChats,
  loadFriends,
  loadRequests,
  type Blocked,
  type Friend,
  type Requests,
} from "./people-api.ts";

export interface MyChats {
  /** The one with the newest message first. */
  readonly chats: readonly ChatEntry[];
  readonly unread: number;
}

export interface MyFriends {
  readonly friends: readonly Friend[];
  readonly requests: Requests;
  readonly blocked: readonly Blocked[];
}

/** A value that several parts of a page follow; it is asked for as long as somebody does. */
class Followed<Value> {
  private readonly listeners = new Set<(value: Value) => void>();
  private readonly begin: (show: (value: Value) => void) => () => void;
  private value: Value | undefined;
  private end: (() => void) | undefined;

  constructor(begin: (show: (value: Value) => void) => () => void) {
    this.begin = begin;
  }

  follow(listener: (value: Value) => void): () => void {
    this.listeners.add(listener);
    if (this.value !== undefined) listener(this.value);
    this.end ??= this.begin((value) => {
      this.value = value;
      for (const each of this.listeners) each(value);
    });
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      this.end?.();
      this.end = undefined;
    };
  }
}

const myChats = new Followed<MyChats>((show) =>
  followPageClient(
    (client) => {
      const me = viewerHere();
      if (me === null) return () => undefined;
      return openChatsFeed(client, {
        me: me as UserId, // the server wrote it into the page
        load: loadChats,
        onChats: (chats, unread) => show({ chats, unread }),
      });
    },
    { open: false },
  ),
);

/** Waits for a connection that something else on the page needs. */
export function followMyChats(listener: (mine: MyChats) => void): () => void {
  return myChats.follow(listener);
}

const changes: ReadonlySet<string> = new Set([
  "system.event.friend_requested",
  "system.event.friend_accepted",
  "system.event.friend_removed",
  "system.event.friend_request_removed",
]);

const reloadFriends = new EventTarget();

/** Something was changed by this page: what is shown is asked for again. */
export function friendsChanged(): void {
  reloadFriends.dispatchEvent(new Event("change"));
}

const myFriends = new Followed<MyFriends>((show) =>
  followPageClient(
    (client) => {
      if (viewerHere() === null || document.body.dataset["guest"] === "yes") return () => undefined;
      let mine: MyFriends | null = null;
      let isLive = false;
      let loading: Promise<void> | null = null;
      let mustLoadAgain = false;

      function load(): void {
        mustLoadAgain = loading !== null;
        loading ??= Promise.all([loadFriends(), loadRequests(), loadBlocked()])
          .then(([friends, requests, blocked]) => {
            mine = { friends, requests, blocked };
            show(mine);
          })
          .catch(() => undefined) // the next connection asks again
          .finally(() => {
            loading = null;
            if (mustLoadAgain) load();
          });
      }

      reloadFriends.addEventListener("change", load);
      const ends = [
        () => reloadFriends.removeEventListener("change", load),
        client.onAny((event) => {
          if (changes.has(event.type)) return load();
          if (event.type !== "system.event.friend_presence" || mine === null) return;
          const { userId } = event;
          const status = event["status"] as Friend["status"]; // as it is declared
          const friends = mine.friends.map((each) => (each.userId === userId ? { ...each, status } : each));
          mine = { ...mine, friends };
          show(mine);
        }),
        client.onState((state) => {
          const wasLive = isLive;
          isLive = state.name === "live";
          if (isLive && !wasLive && !(mine !== null && state.name === "live" && state.resumed)) load();
        }),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    { open: false },
  ),
);

/** Of a member; guests have none. Waits for a connection that something else on the page needs. */
export function followMyFriends(listener: (mine: MyFriends) => void): () => void {
  return myFriends.follow(listener);
}
