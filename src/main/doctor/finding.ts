/** What the doctor says about one thing: that it is well, or what is wrong and how to mend it. */
export type Finding =
  | { readonly level: "ok"; readonly about: string; readonly says: string }
  | {
      readonly level: "warning" | "error";
      readonly about: string;
      readonly says: string;
      /** What somebody does about it, as an imperative. */
      readonly mend: string;
    };

/** Findings about one thing. */
export function about(thing: string) {
  return {
    ok: (says: string): Finding => ({ level: "ok", about: thing, says }),
    warning: (says: string, mend: string): Finding => ({ level: "warning", about: thing, says, mend }),
    error: (says: string, mend: string): Finding => ({ level: "error", about: thing, says, mend }),
  };
}

/** A line for a person. */
export function lineOf(finding: Finding): string {
  const { level, about: thing, says } = finding;
  const mend = finding.level === "ok" ? "" : ` Mend: ${finding.mend}`;
  return `${level.padEnd(8)} ${thing.padEnd(14)} ${says}${mend}`.replaceAll(/\s*\n\s*/g, " ");
}

export function count(findings: readonly Finding[], level: Finding["level"]): number {
  return findings.filter((finding) => finding.level === level).length;
}

/** "3 errors, 1 warning, 20 ok" */
export function summaryOf(findings: readonly Finding[]): string {
  const some = (level: "error" | "warning") => {
    const number = count(findings, level);
    return `${number} ${level}${number === 1 ? "" : "s"}`;
  };
  return `${some("error")}, ${some("warning")}, ${count(findings, "ok")} ok`;
}

export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}
