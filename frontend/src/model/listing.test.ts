import { describe, expect, it } from "vitest";
import { datumAt, defaultTag, nearestStep, passesFilter, runsOf, type Series, stepBy, tagsOf, unionOfSteps } from "./listing";

function series(run: string, steps: number[]): Series {
  return { run, tag: "val", numClasses: 2, steps, wallTimes: steps.map((step) => 1000.5 + step), title: "val", warnings: [] };
}

describe("runsOf", () => {
  it("counts as people do", () => {
    expect(runsOf([series("run10", []), series("run2", []), series("run2", [])])).toEqual(["run2", "run10"]);
  });
});

describe("tagsOf", () => {
  it("leaves out the entry of a run that can't be listed", () => {
    expect(tagsOf([series("a", [1]), { ...series("b", []), tag: "" }])).toEqual(["val"]);
    expect(tagsOf([{ ...series("b", [0]), tag: "" }])).toEqual([""]);
  });
});

describe("defaultTag", () => {
  it.each([
    [["train/confusion", "val/confusion"], "val/confusion"],
    [["confusion", "test"], "test"],
    [["a", "b"], "a"],
    [[], null],
  ])("of %j is %s", (tags, tag) => {
    expect(defaultTag(tags)).toBe(tag);
  });
});

describe("datumAt", () => {
  const one = series("run", [0, 10, 20]);

  it("is the datum at the step", () => {
    expect(datumAt(one, 10)).toEqual({ run: "run", tag: "val", step: 10, wallTime: 1010.5 });
  });

  it("is the last before the step where there is none at it", () => {
    expect(datumAt(one, 19)?.step).toBe(10);
    expect(datumAt(one, 99)?.step).toBe(20);
  });

  it("is null before the first and in a series without steps", () => {
    expect(datumAt(one, -1)).toBeNull();
    expect(datumAt(series("run", []), 5)).toBeNull();
  });
});

describe("steps", () => {
  it("are those of all series, once each, ascending", () => {
    expect(unionOfSteps([series("a", [5, 9]), series("b", [1, 9])])).toEqual([1, 5, 9]);
  });

  it("are gone through one by one and end at the ends", () => {
    expect(stepBy([1, 5, 9], 5, 1)).toBe(9);
    expect(stepBy([1, 5, 9], 9, 1)).toBe(9);
    expect(stepBy([1, 5, 9], 1, -1)).toBe(1);
    expect(stepBy([], 7, 1)).toBe(7);
  });

  it("are found by the nearest number", () => {
    expect(nearestStep([0, 100, 1000], 400)).toBe(100);
    expect(nearestStep([0, 100, 1000], 800)).toBe(1000);
  });
});

describe("passesFilter", () => {
  it("takes a regular expression, in any case", () => {
    expect(passesFilter("SGD/run1", "^sgd.*1$")).toBe(true);
    expect(passesFilter("adam", "^sgd")).toBe(false);
  });

  it("takes what isn't a regular expression as a part of the name", () => {
    expect(passesFilter("a(b", "(b")).toBe(true);
  });

  it("lets all pass when it is empty", () => {
    expect(passesFilter("x", "")).toBe(true);
  });
});
