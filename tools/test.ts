/**
 * `npm test`: all tests. `npm test -- chat lobby`: the files whose path contains one of the words.
 * `npm test -- chat -t "says why"`: from the first option on, the words go to `bun test`.
 * The last line is always `N passed, N failed`. Under CI=true, leaving a test out is a failure too.
 */
import { filesOf, groups } from "./test/groups.ts";
import { filtersNames, isSelected, parseSelection, testFiles } from "./test/selection.ts";
import { withEngines } from "./test/engines.ts";
import { installables } from "./engines/registry.ts";
import { root } from "./repository.ts";
import { runGroup } from "./test/run-group.ts";
import { total, type FileResult } from "./test/results.ts";

const selection = parseSelection(process.argv.slice(2));
const files = (await testFiles(root)).filter((file) => isSelected(file, selection));
const nothingMayBeLeftOut = process.env.CI === "true";

const results: FileResult[] = [];
await withEngines(files, async () => {
  for (const group of groups) {
    const own = filesOf(group, files);
    if (own.length > 0) results.push(...(await runGroup(group, own, selection.bunOptions)));
  }
});

console.log();
for (const { file, failed, failures } of results.filter((result) => result.failed > 0)) {
  // Said again, since what came after may have pushed it out of sight.
  for (const { test, text } of failures) console.log(`${file}: ${test}\n${text}\n`);
  console.log(`failed: ${file}: ${failed}`);
}
if (files.length === 0) console.log("no test file was found");
const leftOut = filtersNames(selection) ? 0 : await reportLeftOut();

const passed = total(results, "passed");
const failed = total(results, "failed");
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || files.length === 0 || (leftOut > 0 && nothingMayBeLeftOut) ? 1 : 0);

/** Says what did not run, and what would bring it. */
async function reportLeftOut(): Promise<number> {
  const incomplete = results.filter((result) => result.leftOut > 0);
  for (const result of incomplete) console.log(`left out: ${result.file}: ${result.leftOut}`);
  const count = total(results, "leftOut");
  if (count === 0) return 0;
  for (const thing of await installables()) {
    if (await thing.isInstalled()) continue;
    console.log(`${thing.name} is missing, for ${thing.use}: npm run engines -- install`);
  }
  console.log(`${count} left out${nothingMayBeLeftOut ? ", which is a failure where CI=true" : ""}`);
  return count;
}
