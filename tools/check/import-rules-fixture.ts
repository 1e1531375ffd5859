/** A house in miniature in which every import rule is broken once, so that a rule that sees nothing is found out. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

interface Import {
  readonly from: string;
  readonly to: string;
}

function forbidden(rule: string, from: string, to: string): Import & { readonly rule: string } {
  return { rule, from, to };
}

function allowed(from: string, to: string): Import {
  return { from, to };
}

export const forbiddenImports = [
  forbidden("protocol-imports-only", "src/protocol/bad.ts", "src/event-log/port.ts"),
  forbidden("sockets-imports-only", "src/sockets/bad.ts", "src/ws-gateway/index.ts"),
  forbidden("event-log-imports-only", "src/event-log/bad.ts", "src/presence/port.ts"),
  forbidden("presence-imports-only", "src/presence/bad.ts", "src/event-log/port.ts"),
  forbidden("ws-gateway-imports-only", "src/ws-gateway/bad.ts", "src/games/game.ts"),
  forbidden("accounts-imports-only", "src/accounts/bad.ts", "src/presence/port.ts"),
  forbidden("chat-imports-only", "src/chat/bad.ts", "src/accounts/tokens.ts"),
  forbidden("chat-imports-only", "src/chat/bad.test.ts", "src/ws-gateway/index.ts"),
  forbidden("games-imports-only", "src/games/bad.ts", "src/chat/index.ts"),
  forbidden("web-imports-only", "src/web/bad.ts", "src/chat/private.ts"),
  forbidden("web-imports-only", "src/web/elements/bad.ts", "src/games/chess/rules.ts"),
  forbidden("only-main-imports-adapters", "src/chat/adapted.ts", "src/chat/store/sqlite.ts"),
  forbidden("only-main-imports-adapters", "src/chat/adapted.ts", "src/chat/store/sqlite-rows.ts"),
  forbidden("only-main-imports-adapters", "src/chat/adapted.ts", "src/event-log/kafka.ts"),
  forbidden("only-main-imports-adapters", "src/chat/adapted.ts", "src/accounts/store/postgres.ts"),
  forbidden("only-main-imports-adapters", "src/ws-gateway/adapted.ts", "src/presence/memory.ts"),
  forbidden("engines-imports-only", "src/engines/bad.ts", "src/protocol/index.ts"),
  forbidden("only-adapters-know-engines", "src/chat/adapted.ts", "src/engines/postgres.ts"),
  forbidden("adapters-know-only-their-own", "src/chat/store/postgres.ts", "src/accounts/store/postgres.ts"),
  forbidden("a-game-stands-alone", "src/games/chess/bad.ts", "src/games/rooms/decide.ts"),
  forbidden("a-game-stands-alone", "src/games/chess/bad.ts", "src/games/go/rules.ts"),
  forbidden("a-game-stands-alone", "src/games/chess/bad.ts", "src/sockets/index.ts"),
  forbidden("a-game-stands-alone", "src/games/chess/bad.ts", "src/event-log/port.ts"),
  forbidden("a-game-element-stands-alone", "src/games/chess/element/bad.ts", "src/web/pages/login.ts"),
  forbidden("games-know-no-game", "src/games/catalogue.ts", "src/games/chess/rules.ts"),
  forbidden("games-know-no-game", "src/games/rooms/bad.ts", "src/games/chess/messages.ts"),
  forbidden("only-games-have-elements", "src/games/rooms/bad.ts", "src/sockets/index.ts"),
  forbidden("nobody-imports-main", "src/web/main-bad.ts", "src/main/config.ts"),
  forbidden("the-product-imports-no-tests", "src/web/tool-bad.ts", "tools/program.ts"),
  forbidden("the-product-imports-no-tests", "src/chat/adapted.ts", "src/chat/chat-fixture.ts"),
  forbidden("every-room-has-a-rule", "src/attic/box.ts", "src/protocol/index.ts"),
  forbidden("no-cycles", "src/protocol/egg.ts", "src/protocol/hen.ts"),
];

export const allowedImports = [
  allowed("src/chat/store/postgres.ts", "src/engines/postgres.ts"),
  allowed("src/sockets/index.ts", "src/protocol/index.ts"),
  allowed("src/ws-gateway/good.ts", "src/event-log/port.ts"),
  allowed("src/ws-gateway/good.test.ts", "src/event-log/memory.ts"),
  allowed("src/chat/good.ts", "src/accounts/port.ts"),
  allowed("src/chat/good.ts", "src/accounts/store/port.ts"),
  allowed("src/chat/good.test.ts", "src/accounts/store/sqlite.ts"),
  allowed("src/chat/good.test.ts", "src/chat/chat-fixture.ts"),
  allowed("src/chat/chat-fixture.ts", "src/chat/store/sqlite.ts"),
  allowed("src/web/good.test.ts", "src/chat/chat-fixture.ts"),
  allowed("src/chat/store/sqlite.ts", "src/chat/store/sqlite-rows.ts"),
  allowed("src/games/rooms/decide.ts", "src/games/game.ts"),
  allowed("src/games/chess/rules.ts", "src/games/game.ts"),
  allowed("src/games/chess/rules.ts", "src/games/dice/verify.ts"),
  allowed("src/games/chess/rules.ts", "src/games/chess/messages.ts"),
  allowed("src/games/chess/element/board.ts", "src/sockets/index.ts"),
  allowed("src/games/chess/element/board.ts", "src/web/elements/button.ts"),
  allowed("src/games/chess/element/board.ts", "src/games/chess/verify.ts"),
  allowed("src/games/go/rules.ts", "src/games/go/messages.ts"),
  allowed("src/web/good.ts", "src/games/index.ts"),
  allowed("src/web/good.ts", "src/sockets/index.ts"),
  allowed("src/web/elements/good.ts", "src/games/chess/verify.ts"),
  allowed("src/web/elements/good.ts", "src/games/chess/element/board.ts"),
  allowed("src/main/embedded.ts", "src/chat/store/sqlite.ts"),
  allowed("src/main/embedded.ts", "src/games/chess/rules.ts"),
  allowed("tests/cluster/good.test.ts", "src/main/config.ts"),
  allowed("bench/run.ts", "src/event-log/kafka.ts"),
  allowed("tools/program.ts", "src/main/config.ts"),
];

/** Reported once for the cycle, at its first file by name. */
const cycleBack = allowed("src/protocol/hen.ts", "src/protocol/egg.ts");

/** Writes the miniature, uses it and takes it away. */
export async function withFixture<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "import-rules-"));
  try {
    await write(folder, [...forbiddenImports, ...allowedImports, cycleBack]);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every way to import in turn, since a careless parser overlooks some of them. */
const forms: readonly ((target: string) => string)[] = [
  (target) => `import type {} from "${target}";`,
  (target) => `export type {} from "${target}";`,
  (target) => `import { type Thing } from "${target}";`,
  (target) => `export * from "${target}";`,
  (target) => `import "${target}";`,
  (target) => `export const later = () => import("${target}");`,
];

async function write(folder: string, imports: readonly Import[]): Promise<void> {
  const sources = new Map<string, string[]>();
  for (const [index, { from, to }] of imports.entries()) {
    const statement = forms[index % forms.length]?.(`./${relative(dirname(from), to)}`) ?? "";
    sources.set(from, [...(sources.get(from) ?? []), statement]);
    sources.set(to, sources.get(to) ?? []);
  }
  for (const [path, statements] of sources) {
    await Bun.write(join(folder, path), [...statements, "export type Thing = 1;\n"].join("\n"));
  }
}
