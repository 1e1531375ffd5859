/** `npm run doctor`: looks at the configuration and at what the programs stand on, and says how to mend it. */
import { patients, patientsOf, type Patient } from "./doctor/configuration.ts";
import { examine } from "./doctor/examination.ts";
import { count, lineOf, summaryOf } from "./doctor/finding.ts";

const usage = `npm run doctor [-- PROGRAM…] [--json]
  PROGRAM  ${Object.keys(patients).join(", ")}; without one: those that the environment is set for
  --json   {"findings": [{"level": "ok" | "warning" | "error", "about", "says", "mend"}], "errors", "warnings"}
It reads the same variables as the programs. To see that Redis and MongoDB take writes it writes there what the programs
write to see the same; it changes nothing else. The exit code is 1 where there is an error.`;

async function run(words: readonly string[]): Promise<number> {
  const names = words.filter((word) => word !== "--json");
  const asked = names.map((name): Patient | undefined => patients[name]);
  const known = asked.filter((each) => each !== undefined);
  if (known.length < asked.length) {
    console.error(usage);
    return 2;
  }
  const findings = await examine(known.length > 0 ? known : patientsOf(process.env), process.env);
  const errors = count(findings, "error");
  if (words.includes("--json")) {
    console.log(JSON.stringify({ findings, errors, warnings: count(findings, "warning") }, null, 2));
  } else {
    for (const finding of findings) console.log(lineOf(finding));
    console.log(summaryOf(findings));
  }
  return errors > 0 ? 1 : 0;
}

process.exit(await run(process.argv.slice(2)));
