import { describe, expect, it } from "vitest";
import { isTaskLong, nextTask } from "./next_task";
import { resultOf, runInSlices, runSlice } from "./slices";

function busy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

/** Twenty steps that take much longer than one task may. */
function* slow(): Generator<void, string> {
  for (let i = 0; i < 20; i++) {
    busy(2);
    yield;
  }
  return "done";
}

describe("a task", () => {
  it("is long once what ran in it took long, and the next one isn't", async () => {
    await nextTask();
    expect(isTaskLong()).toBe(false);
    busy(30);
    expect(isTaskLong()).toBe(true);
    await nextTask();
    expect(isTaskLong()).toBe(false);
  });
});

describe("slices", () => {
  it("end with the task's time, and go on until all is done", async () => {
    await nextTask();
    const steps = slow();
    expect(runSlice(steps)).toBeNull();
    expect(await runInSlices(steps, () => true)).toEqual({ result: "done" });
  });

  it("make headway by a step in a task that is long already", async () => {
    await nextTask();
    busy(30);
    const begun: number[] = [];
    const steps = (function* () {
      begun.push(1);
      yield;
      begun.push(2);
      yield;
    })();
    expect(isTaskLong()).toBe(true);
    expect(runSlice(steps)).toBeNull();
    expect(begun).toEqual([1]);
  });

  it("of two works alternate: neither waits for the other's end", async () => {
    const ended: string[] = [];
    const short = (function* () {
      yield;
    })();
    const long = runInSlices(slow(), () => true).then(() => ended.push("long"));
    await Promise.all([long, runInSlices(short, () => true).then(() => ended.push("short"))]);
    expect(ended).toEqual(["short", "long"]);
  });

  it("are given up when nobody wants them", async () => {
    expect(await runInSlices(slow(), () => false)).toBeNull();
  });

  it("make the same without a break", () => {
    expect(resultOf(slow())).toBe("done");
  });
});
