import { describe, expect, it } from "vitest";
import { compactOf } from "../testing/golden";
import { historyWarnings } from "./history_warnings";
import type { SeriesHistory } from "./series_history";

type Rows = readonly (readonly number[])[];

function historyOf(steps: readonly Rows[], options: { isWeighted?: boolean; hashes?: readonly string[] } = {}): SeriesHistory {
  const data = steps.map((counts, i) => ({
    step: 10 * i,
    wallTime: i,
    matrix: compactOf(counts, options.isWeighted),
    classNamesHash: options.hashes?.[i] ?? "",
    ordinal: i,
    isExact: true,
  }));
  return { data, isComplete: true };
}

function times(counts: Rows, factor: number): number[][] {
  return counts.map((row) => row.map((count) => factor * count));
}

function transposed(counts: Rows): number[][] {
  return counts.map((_, j) => counts.map((row) => row[j] as number));
}

const NAMES = ["cat", "dog"];
const EARLY = [
  [50, 50],
  [40, 10],
];
const LATE = [
  [90, 10],
  [20, 30],
];
const warningsOf = (history: SeriesHistory) => historyWarnings("sgd val", history, NAMES);

describe("historyWarnings", () => {
  it("has nothing to say of a model that learns", () => {
    expect(warningsOf(historyOf([EARLY, LATE, LATE]))).toEqual([]);
  });

  it("has nothing to say without steps, of one step, and of steps that are all right or all empty", () => {
    const right = [
      [5, 0],
      [0, 5],
    ];
    const empty = times(EARLY, 0);
    for (const steps of [[], [EARLY], [right, right], [empty, empty]]) expect(warningsOf(historyOf(steps))).toEqual([]);
  });

  it("has nothing to say of one true class alone", () => {
    const only = (right: number) => [
      [right, 10 - right],
      [0, 0],
    ];
    expect(warningsOf(historyOf([only(3), only(7)]))).toEqual([]);
  });

  it("tells counts that accumulate over epochs from another evaluation set", () => {
    const [warning, ...others] = warningsOf(historyOf([LATE, times(LATE, 2), times(LATE, 3)]));
    expect(others).toEqual([]);
    expect(warning).toContain("every class of sgd val has 2 times as many samples at step 10 as at step 0");
    expect(warning).toContain("reset the metric before each evaluation, and sum once");
  });

  it("tells ranks that were summed once too often", () => {
    expect(warningsOf(historyOf([EARLY, LATE, times(LATE, 8), times(LATE, 8)]))[0]).toContain("8 times as many samples at step 20");
  });

  it("tells axes that were swapped", () => {
    const [warning] = warningsOf(historyOf([EARLY, LATE].map(transposed)));
    expect(warning).toContain("true-class totals of sgd val change from step 10 on");
    expect(warning).toContain("counts[true_class, pred_class]");
  });

  it("takes no swap from a model that predicts one class alone", () => {
    const one = (cats: number) => [
      [cats, 0],
      [100 - cats, 0],
    ];
    expect(warningsOf(historyOf([one(60), one(50)]))[0]).toContain("the evaluation set of sgd val changed at step 10");
  });

  it("tells an evaluation set that changed: when, which class, and from what to what", () => {
    const [warning] = warningsOf(
      historyOf([
        EARLY,
        LATE,
        [
          [900, 150],
          [20, 30],
        ],
      ]),
    );
    expect(warning).toContain("changed at step 20: “cat” had 100 samples and has 1,050;");
    expect(warning).toContain("give another set a tag of its own");
  });

  it("misses no single sample of many", () => {
    const many = (cats: number) => [
      [cats, 0],
      [0, 5],
    ];
    expect(warningsOf(historyOf([many(1_000_000), many(1_000_001)]))[0]).toContain("had 1,000,000 samples and has 1,000,001;");
  });

  it("says how often it changed, and how many classes have other totals", () => {
    const batch = (cats: number) => [
      [cats, 1],
      [2, 100 - cats],
    ];
    const [warning] = warningsOf(historyOf([batch(50), batch(47), batch(61)]));
    expect(warning).toContain("changed at step 10, and 2 times in 3 steps: “cat” had 51 samples and has 48 and 1 more;");
  });

  it("doesn't take a set that was halved for one that accumulates", () => {
    expect(warningsOf(historyOf([times(LATE, 2), LATE]))[0]).toContain("the evaluation set");
  });

  it("lets sums of weights differ by their rounding, and no more", () => {
    const weights = (last: number) => [
      [0.1 + 0.2, 0.3],
      [0, last],
    ];
    expect(warningsOf(historyOf([weights(1), weights(1 + 1e-7)], { isWeighted: true }))).toEqual([]);
    expect(warningsOf(historyOf([weights(1), weights(1.01)], { isWeighted: true }))).toHaveLength(1);
  });

  it("compares no steps of other classes", () => {
    const three = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    expect(warningsOf(historyOf([EARLY, three, LATE]))).toEqual([]);
    expect(warningsOf(historyOf([EARLY, times(LATE, 2), LATE], { hashes: ["a", "b", "a"] }))).toEqual([]);
  });

  it("doesn't ask the special class to have as many samples at each step", () => {
    const detections = (missed: number) => [
      [50, 5, 2],
      [4, 30, 1],
      [missed, 3, 0],
    ];
    const history = historyOf([detections(9), detections(4)]);
    expect(historyWarnings("sgd val", history, ["cat", "dog", "background"], 2)).toEqual([]);
    expect(historyWarnings("sgd val", history, ["cat", "dog", "background"])).toHaveLength(1);
  });
});
