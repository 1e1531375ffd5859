/** The package's declarations: enough for a strict stranger without any other types, and what the platform speaks. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { join } from "node:path";
import { installPackage, type InstalledPackage } from "./installed-package.ts";
import { runProgram } from "../../tools/program.ts";
import { installed as program, root } from "../../tools/repository.ts";
import packageFile from "../../package.json" with { type: "json" };

let installed: InstalledPackage;

beforeAll(async () => {
  installed = await installPackage();
}, 120_000);
afterAll(() => installed.cleanUp());

const timeLimitMs = 60_000;

const strict = {
  target: "ES2022",
  lib: ["ES2022"],
  types: [],
  noEmit: true,
  strict: true,
  skipLibCheck: false,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
};
const asBundlersDo = { module: "Preserve", moduleResolution: "bundler" };
const asNodeDoes = { module: "NodeNext", moduleResolution: "nodenext" };

/** What the compiler says of these files, by name; "" where all is well. */
async function compile(files: Readonly<Record<string, string>>, compilerOptions: object): Promise<string> {
  for (const [name, text] of Object.entries(files)) await Bun.write(join(installed.folder, name), text);
  const config = { compilerOptions: { ...strict, ...compilerOptions }, files: Object.keys(files) };
  await Bun.write(join(installed.folder, "tsconfig.json"), JSON.stringify(config));
  const command = [program("tsc"), "--pretty", "false"];
  const end = await runProgram(command, { cwd: installed.folder, output: "capture", timeLimitMs });
  return end.succeeded ? end.output : `${end.how}\n${end.output}`;
}

const consumer = `
import {
  CommandRefused, createSocketClient, fetchToken, openChatsFeed, openLobbyFeed, openPrivateChatFeed, openRoomFeed,
  openRoomList, TokenUnavailable,
  type ConnectionState, type ErrorCode, type PlatformEvent, type PlatformMessages, type RoomListing,
  type RoomSnapshot, type SocketClient, type SocketLike,
} from "@blazing-sun/client";

declare class MySocket implements SocketLike {
  constructor(url: string);
  readyState: number;
  OPEN: number;
  send(text: string): void;
  close(code?: number): void;
  addEventListener(type: string, listener: (event: any) => void): void;
}

const client: SocketClient<PlatformMessages> = createSocketClient<PlatformMessages>({
  token: () => fetchToken("http://127.0.0.1:8080/api/socket-token", { Cookie: "bs_session=x" }),
  WebSocket: MySocket,
});

export async function play(): Promise<string> {
  try {
    const outcome = await client.send("games.command.quick_play", { gameType: "bigger_dice" });
    // @ts-expect-error: a field is missing
    await client.send("games.command.join_room");
    // @ts-expect-error: no such field
    await client.send("games.command.quick_play", { gameType: "bigger_dice", roomId: "x" });
    // @ts-expect-error: no such command
    await client.send("games.command.cheat", {});
    // @ts-expect-error: what the library says by itself
    await client.send("system.authenticate", { token: "x" });
    return String(outcome["roomId"]);
  } catch (refused) {
    if (refused instanceof TokenUnavailable) return String(refused.status);
    if (!(refused instanceof CommandRefused)) throw refused;
    const code: ErrorCode = refused.code;
    // @ts-expect-error: no such code
    if (code === "NO_SUCH_CODE") return "";
    return code;
  }
}

export const ends: (() => void)[] = [
  client.on("games.event.bigger_dice.rolled", ({ roll, seq, at }) => {
    const die: number = roll + seq;
    const place: string | undefined = at;
    // @ts-expect-error: a number
    const text: string = roll;
    return [die, place, text];
  }),
  client.onState((state: ConnectionState) => {
    if (state.name === "signed_out") state.code.toLowerCase();
  }),
  openRoomList(client, "bigger_dice", (rooms: readonly RoomListing[]) => rooms.map(({ roomName }) => roomName)),
  openChatsFeed(client, { me: "1", load: async () => [], onChats: (chats) => chats.map(({ lastMessage }) => lastMessage.sentAt) }),
];

openRoomFeed(client, "7d2c", {
  onSnapshot(room: RoomSnapshot) {
    const status: "waiting" | "playing" | "finished" = room.status;
    return [status, room.state?.["turn"]];
  },
  onEvent(event: PlatformEvent) {
    if (event.type === "games.event.bigger_dice.game_over") return event.winnerName?.length;
    // @ts-expect-error: another event's field
    return event.winnerName;
  },
  onGone: (reason) => reason === "gone",
});
openLobbyFeed(client, "main", { onMessages: (messages) => messages.map(({ content }) => content) });
openPrivateChatFeed(
  client,
  { me: "1", other: "2", load: async () => ({ items: [], nextBefore: null }) },
  { onMessages: (messages) => messages.map(({ readAt }) => readAt) },
).markRead();

// A platform with a game of one's own.
interface WithChess {
  readonly commands: PlatformMessages["commands"] & { "games.command.chess.move": { roomId: string; move: string } };
  readonly events: PlatformMessages["events"] & { "games.event.chess.moved": { roomId: string; seq: number } };
}
const chess = createSocketClient<WithChess>({ token: () => fetchToken() });
void chess.send("games.command.chess.move", { roomId: "7d2c", move: "e4" });
chess.on("games.event.chess.moved", ({ seq }) => seq.toFixed());
`;

/** What a page, Bun or Node has beside the language, as far as the bot needs it. */
const surroundings = `
declare const process: { readonly argv: readonly string[] };
`;

/** The package's messages against the declarations that everything else is made of. */
const comparison = `
import type { Commands, Events } from "@blazing-sun/client";
import type {
  accountMessages, chatMessages, privateMessages, roomMessages, systemMessages, MessagesOf,
  CommandId, ConnectionId, RoomId, SessionId, UserId,
} from "${root}/src/protocol/index.ts";
import type { biggerDiceMessages } from "${root}/src/games/bigger-dice/messages.ts";
import type { pigMessages } from "${root}/src/games/pig/messages.ts";

type Declared = MessagesOf<[
  ...typeof systemMessages, ...typeof roomMessages, ...typeof chatMessages, ...typeof privateMessages,
  ...typeof accountMessages, ...typeof biggerDiceMessages, ...typeof pigMessages,
]>;
type Id = CommandId | ConnectionId | RoomId | SessionId | UserId;
/** Identifiers are plain strings outside. */
type Plain<T> = T extends Id ? string : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;
type Fits<One, Other> = [One] extends [Other] ? ([keyof One] extends [keyof Other] ? true : false) : false;
type Differing<One, Other> = {
  [Type in keyof One & keyof Other]: [Fits<One[Type], Other[Type]>, Fits<Other[Type], One[Type]>] extends [true, true] ? never : Type;
}[keyof One & keyof Other];
declare function none<_Names extends never>(): void;

none<Differing<Plain<Declared["commands"]>, Commands>>();
none<Differing<Plain<Declared["events"]>, Events>>();
none<Exclude<keyof Commands, keyof Declared["commands"]>>();
none<Exclude<keyof Events, keyof Declared["events"]>>();
// The library's own business.
none<Exclude<keyof Declared["commands"], keyof Commands | "system.authenticate" | "system.heartbeat">>();
// For services and gateways.
none<Exclude<keyof Declared["events"], keyof Events | "games.event.places_ended" | "system.event.account_changed" | "system.event.session_revoked" | \`system.event.user_\${string}\`>>();
`;

describe("the declarations of @blazing-sun/client", () => {
  for (const [resolution, options] of Object.entries({ bundler: asBundlersDo, nodenext: asNodeDoes })) {
    it(
      `serve a strict program under moduleResolution ${resolution}, without other types or libraries`,
      async () => expect(await compile({ "consumer.ts": consumer }, options)).toBe(""),
      timeLimitMs,
    );
  }

  it(
    "serve examples/bot.js, as an editor checks it",
    async () => {
      const bot = await Bun.file(join(root, "examples/bot.js")).text();
      const options = { ...asNodeDoes, allowJs: true, checkJs: true, lib: ["ES2022", "DOM"] };
      // The bot takes what it is told over HTTP for what it is: that is `any`.
      expect(await compile({ "bot.js": bot, "surroundings.d.ts": surroundings }, options)).toBe("");
    },
    timeLimitMs,
  );

  it(
    "name every message of the platform, each as it is declared",
    async () => {
      const options = {
        ...asBundlersDo,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        lib: ["ESNext", "DOM"],
      };
      expect(await compile({ "comparison.ts": comparison }, options)).toBe("");
    },
    timeLimitMs,
  );
});

describe("the package @blazing-sun/client", () => {
  it("has the version of the platform, needs nothing else, and cannot be published by mistake", async () => {
    const own = (await Bun.file(join(installed.path, "package.json")).json()) as Record<string, unknown>;
    expect(own).toMatchObject({ name: "@blazing-sun/client", version: packageFile.version, private: true });
    expect(Object.keys(own)).not.toContainAnyValues(["dependencies", "peerDependencies"]);
  });

  it("is modules and declarations, which import nothing from elsewhere", async () => {
    const files = await Array.fromAsync(new Bun.Glob("**/*").scan({ cwd: installed.path }));
    const modules = files.filter((file) => file.endsWith(".js"));
    expect(modules.toSorted()).toEqual(["heartbeat-worker.js", "index.js"]);
    expect(files.filter((file) => !/\.d\.ts$|\.js$/.test(file))).toEqual(["package.json"]);
    for (const file of files) {
      const text = await Bun.file(join(installed.path, file)).text();
      for (const [, specifier] of text.matchAll(/\bfrom "([^"]+)"/g)) expect(specifier).toStartWith(".");
      expect(text).not.toMatch(/typebox|\bBun\.|node:/);
    }
  });
});
