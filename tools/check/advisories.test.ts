import { describe, expect, it } from "bun:test";
import { verdictOf } from "./advisories.ts";

describe("what npm audit says", () => {
  it("is a failure where something is known to be unsafe", () => {
    const report = { vulnerabilities: { leftpad: { severity: "high", range: "<1.0.1" } } };
    expect(verdictOf(`npm warn x\n${JSON.stringify(report)}`)).toEqual({
      passed: false,
      output: "leftpad <1.0.1: high",
    });
  });

  it("is well where nothing is", () => {
    expect(verdictOf(JSON.stringify({ vulnerabilities: {} }))).toEqual({ passed: true });
  });

  it("is said to be missing where the registry answers nothing", () => {
    for (const output of ["", "npm error", JSON.stringify({ message: "405 Method Not Allowed" })])
      expect(verdictOf(output)).toMatchObject({ passed: true, note: expect.stringContaining("NOT ASKED") });
  });
});
