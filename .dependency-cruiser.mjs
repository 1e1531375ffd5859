/**
 * Who may import whom. A folder under src is a room; what a room may know is its line below.
 * tools/check/import-rules.ts sees each of these rules catch a forbidden import, every time that it runs.
 */
import { existsSync, readdirSync } from "node:fs";

const rooms = [
  "protocol",
  "sockets",
  "event-log",
  "presence",
  "engines",
  "ws-gateway",
  "accounts",
  "chat",
  "games",
  "web",
  "main",
];

const protocol = "^src/protocol/";
const sockets = "^src/sockets/";
const eventLog = "^src/event-log/";
const presence = "^src/presence/";
/** Connections to the cluster's engines; a rule below keeps them for adapters and main. */
const engines = "^src/engines/";
const webElements = "^src/web/elements/";
const accountsPort = "^src/accounts/(index|port|face|store/port)\\.ts$";
const publicFaces = "^src/(accounts|chat|games)/(index|face)\\.ts$";
const browserSafeGameFiles = "^src/games/(dice/|[^/]+/(messages|verify)\\.ts$|[^/]+/element/)";

/** Tests, contract suites and what tests start from (accounts-fixture.ts) choose their own adapters. */
const fixtures = "[-/]fixture\\.ts$";
const tests = ["\\.test\\.ts$", "/contract\\.ts$", fixtures];

/** A file that knows one technology: src/event-log/kafka.ts, src/chat/store/sqlite.ts, src/chat/store/sqlite-rows.ts. */
const technology = "(memory|kafka|redis|sqlite|postgres|mongo)";
const adapters = [
  `^src/(?!engines/).*/${technology}\\.ts$`,
  `^src/(event-log|presence)/${technology}`,
  `^src/.*/store/${technology}`,
];

/** What the rules below keep for tests, so that the rooms' own rules need not. */
const forTests = [...adapters, fixtures];

/** The folder of a game is the one that declares the game's messages. */
const gameFolders = existsSync("src/games")
  ? readdirSync("src/games").filter((folder) => existsSync(`src/games/${folder}/messages.ts`))
  : [];
const aGame = `^src/games/(${gameFolders.join("|") || "none"})/`;

/** `room` imports nothing of ours but itself and `allowed`. */
function roomImportsOnly(room, allowed) {
  const itself = `^src/${room}/`;
  return {
    name: `${room}-imports-only`,
    severity: "error",
    comment: `src/${room} may import only itself and: ${allowed.join("  ") || "nothing of ours"}`,
    from: { path: itself },
    to: { path: "^src/", pathNot: [itself, ...allowed] },
  };
}

const roomRules = [
  roomImportsOnly("protocol", []),
  roomImportsOnly("sockets", [protocol]),
  roomImportsOnly("engines", []),
  roomImportsOnly("event-log", [protocol, engines]),
  roomImportsOnly("presence", [protocol, engines]),
  roomImportsOnly("ws-gateway", [protocol, eventLog, presence]),
  roomImportsOnly("accounts", [protocol, eventLog, engines]),
  roomImportsOnly("chat", [protocol, eventLog, presence, accountsPort, engines, ...forTests]),
  roomImportsOnly("games", [
    protocol,
    eventLog,
    presence,
    accountsPort,
    engines,
    ...forTests,
    sockets,
    webElements,
  ]),
  roomImportsOnly("web", [protocol, sockets, publicFaces, browserSafeGameFiles, ...forTests]),
];

const adapterRules = [
  {
    name: "only-main-imports-adapters",
    severity: "error",
    comment: "Ask for the port and let src/main choose the adapter; tests may choose too.",
    from: { path: "^src/", pathNot: ["^src/main/", ...adapters, ...tests] },
    to: { path: adapters },
  },
  {
    name: "only-adapters-know-engines",
    severity: "error",
    comment: "What is asked of an engine is asked through a port.",
    from: { path: "^src/", pathNot: ["^src/(main|engines)/", ...adapters, ...tests] },
    to: { path: engines },
  },
  {
    name: "adapters-know-only-their-own",
    severity: "error",
    comment: "An adapter may be split over several files of its folder; it uses no adapter of another room.",
    from: { path: `^(src/.*/)${technology}[^/]*\\.ts$`, pathNot: tests },
    to: { path: adapters, pathNot: "^$1" },
  },
];

const gameRules = [
  {
    name: "a-game-stands-alone",
    severity: "error",
    comment: "A game's folder may import only protocol, src/games/game.ts, src/games/dice and itself.",
    from: { path: aGame, pathNot: `${aGame}element/` },
    to: { path: "^src/", pathNot: [protocol, "^src/games/(game\\.ts$|dice/)", "^src/games/$1/"] },
  },
  {
    name: "a-game-element-stands-alone",
    severity: "error",
    comment: "A game's element may also import src/sockets and src/web/elements.",
    from: { path: `${aGame}element/` },
    to: {
      path: "^src/",
      pathNot: [protocol, sockets, webElements, "^src/games/(game\\.ts$|dice/)", "^src/games/$1/"],
    },
  },
  {
    name: "games-know-no-game",
    severity: "error",
    comment: "A second game needs no change outside its own folder: src/main puts the games together.",
    from: { path: "^src/games/", pathNot: [aGame, ...tests] },
    to: { path: aGame },
  },
  {
    name: "only-games-have-elements",
    severity: "error",
    comment: "Rooms, deadlines and stores know no socket and no page; a game's element does.",
    from: { path: "^src/games/", pathNot: `${aGame}element/` },
    to: { path: [sockets, webElements] },
  },
];

const houseRules = [
  {
    name: "nobody-imports-main",
    severity: "error",
    comment: "src/main puts everything together; only tests/, bench/ and tools/ start it.",
    from: { path: "^src/", pathNot: "^src/main/" },
    to: { path: "^src/main/" },
  },
  {
    name: "the-product-imports-no-tests",
    severity: "error",
    comment: "Tests, fixtures, bench/ and tools/ use the product, never the other way round.",
    from: { path: "^src/", pathNot: tests },
    to: { path: ["^(tests|bench|tools)/", ...tests] },
  },
  {
    name: "every-room-has-a-rule",
    severity: "error",
    comment: "A new folder under src needs its line in .dependency-cruiser.mjs.",
    from: { path: "^src/", pathNot: `^src/(${rooms.join("|")})/` },
    to: {},
  },
  { name: "no-cycles", severity: "error", comment: "No circular imports.", from: {}, to: { circular: true } },
];

export default {
  forbidden: [...roomRules, ...adapterRules, ...gameRules, ...houseRules],
  options: {
    // Beside TypeScript 7, the other parsers overlook `export type … from`, or everything.
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
  },
};
