import { expect, it } from "bun:test";
import { readReport, total } from "./results.ts";

const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="bun test" tests="6" assertions="2" failures="1" skipped="2" time="0.03">
  <testsuite name="src/a.test.ts" file="src/a.test.ts" tests="5" assertions="2" failures="1" skipped="2" time="0.003">
    <testcase name="a &lt;testsuite tests=&quot;9&quot;&gt;" classname="" time="0" file="src/a.test.ts" line="2" />
    <testsuite name="inner" file="src/a.test.ts" line="6" tests="2" assertions="0" failures="0" skipped="2" time="0">
    </testsuite>
    <testcase name="is &lt;right&gt;" classname="inner" time="0" file="src/a.test.ts" line="9" assertions="1">
      <failure type="AssertionError" message="expected &quot;1&quot;">expected &quot;1&quot;&#10;  at src/a.test.ts:9&#10;</failure>
    </testcase>
  </testsuite>
  <testsuite name="src/b.test.ts" file="src/b.test.ts" tests="1" assertions="0" failures="0" skipped="0" time="0">
  </testsuite>
</testsuites>`;

it("counts each file once, with the suites inside it", () => {
  expect(readReport(report, ["src/a.test.ts", "src/b.test.ts"])).toEqual([
    {
      file: "src/a.test.ts",
      passed: 2,
      failed: 1,
      leftOut: 2,
      failures: [{ test: "is <right>", text: `expected "1"\n  at src/a.test.ts:9` }],
    },
    { file: "src/b.test.ts", passed: 1, failed: 0, leftOut: 0, failures: [] },
  ]);
});

it("takes the words of a test that ran out of time from where bun puts them", () => {
  const hung = report.replace(
    /<failure .*<\/failure>/s,
    `<failure type="TimeoutError" message="test timed out" />`,
  );
  expect(readReport(hung, ["src/a.test.ts"])[0]?.failures).toEqual([
    { test: "is <right>", text: "test timed out" },
  ]);
});

it("counts a file that the report does not know as failed", () => {
  expect(total(readReport(report, ["src/a.test.ts", "src/c.test.ts"]), "failed")).toBe(2);
  expect(total(readReport("", ["src/a.test.ts", "src/b.test.ts"]), "failed")).toBe(2);
});
