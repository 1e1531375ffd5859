/**
 * The declarations of the package. Those of src/sockets are the compiler's. Those of the protocol are schemas of a
 * library that users of the package do not have: what they mean is written out instead.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { messageTypes } from "./message-types.ts";
import { runProgram } from "../program.ts";
import { installed, root } from "../repository.ts";
import { declarations } from "../../src/main/messages.ts";

const timeLimitMs = 120_000;
const face = "sockets/index.d.ts";
const protocol = "protocol/index.d.ts";

export async function writeDeclarations(folder: string): Promise<void> {
  const emitted = mkdtempSync(join(tmpdir(), "blazing-sun-declarations-"));
  try {
    await emit(emitted);
    await Bun.write(join(emitted, protocol), messageTypes(declarations));
    for (const [path, text] of await reachable(emitted, face)) await Bun.write(join(folder, path), text);
  } finally {
    rmSync(emitted, { recursive: true });
  }
  await Bun.write(
    join(folder, "index.d.ts"),
    `export * from "./${asModule(face)}";\nexport type * from "./${asModule(protocol)}";\n`,
  );
}

/** With the options of our own tsconfig.json, but for one entry. */
async function emit(outDir: string): Promise<void> {
  const project = join(outDir, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(root, "src"),
    outDir,
    typeRoots: [join(root, "node_modules/@types")],
  };
  const files = [join(root, "src/sockets/index.ts")];
  const config = { extends: join(root, "tsconfig.json"), compilerOptions, include: [], files };
  await Bun.write(project, JSON.stringify(config));
  const end = await runProgram([installed("tsc"), "-p", project], { output: "capture", timeLimitMs });
  if (!end.succeeded) throw new Error(`tsc: ${end.how}: ${end.output}`);
}

/** What a user of `entry` can see, by path; imports name the modules that are there when it runs. */
async function reachable(folder: string, entry: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const text = await Bun.file(join(folder, path)).text();
    found.set(
      path,
      text.replaceAll(/from "(\.[^"]+)"/g, (_whole, specifier: string) => {
        const target = join(dirname(path), specifier).replace(/\.(ts|js)$/, ".d.ts");
        waiting.push(target);
        const to = relative(dirname(path), target);
        return `from "${asModule(to.startsWith(".") ? to : `./${to}`)}"`;
      }),
    );
  }
  return found;
}

function asModule(declarationFile: string): string {
  return declarationFile.replace(/\.d\.ts$/, ".js");
}
