import { describe, expect, it, onTestFinished, spyOn } from "bun:test";
import { Listeners } from "./listeners.ts";

describe("listeners", () => {
  it("are told in order, until each ends", () => {
    const listeners = new Listeners<number>();
    const heard: string[] = [];
    const end = listeners.add((value) => heard.push(`a${value}`));
    listeners.add((value) => heard.push(`b${value}`));
    listeners.tell(1);
    end();
    listeners.tell(2);
    expect(heard).toEqual(["a1", "b1", "b2"]);
  });

  it("do not suffer from one that throws", () => {
    const report = spyOn(globalThis, "reportError").mockImplementation(() => undefined);
    onTestFinished(() => report.mockRestore());
    const listeners = new Listeners<number>();
    const heard: number[] = [];
    const mistake = new Error("the page's own");
    listeners.add(() => {
      throw mistake;
    });
    listeners.add((value) => heard.push(value));
    listeners.tell(1);
    expect(heard).toEqual([1]);
    expect(report).toHaveBeenCalledWith(mistake);
  });
});
