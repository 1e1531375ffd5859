import { join } from "node:path";
import { expect, it } from "bun:test";

/** The packages that a program imports when it runs, however far down. */
async function packagesOf(program: string): Promise<ReadonlySet<string>> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, program)],
    target: "bun",
    packages: "external",
  });
  const text = await Promise.all(outputs.map((output) => output.text()));
  const imports = new Bun.Transpiler({ loader: "js" }).scanImports(text.join("\n"));
  return new Set(imports.map(({ path }) => path));
}

it("brings no engine's driver into the embedded platform, whose heap grows to twice what it begins with", async () => {
  const drivers = new Set(["mongodb", "@platformatic/kafka"]);
  expect((await packagesOf("embedded.ts")).intersection(drivers)).toEqual(new Set());
  expect((await packagesOf("blazing-sun.ts")).intersection(drivers)).toEqual(drivers);
});
