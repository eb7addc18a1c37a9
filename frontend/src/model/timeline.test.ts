import { describe, expect, it } from "vitest";
import { compactOf } from "../testing/golden";
import { intervalText } from "../util/number_text";
import { resultOf } from "../util/slices";
import { identityArrangement, makeArrangement } from "./arrangement";
import type { SeriesHistory } from "./series_history";
import {
  type ClassRate,
  largestRate,
  overallLinesSteps,
  type Timeline,
  timelineCell,
  timelineSentence,
  timelineSteps,
} from "./timeline";
import { pooledRatesSteps, seenCell } from "./timeline_pooling";

const timelineOf = (...given: Parameters<typeof timelineSteps>) => resultOf(timelineSteps(...given));
const overallRange = (...given: Parameters<typeof overallLinesSteps>) => resultOf(overallLinesSteps(...given)).range;

type Rows = readonly (readonly number[])[];

function historyOf(steps: readonly Rows[], isWeighted = false): SeriesHistory {
  const data = steps.map((counts, i) => ({
    step: 5 * i,
    wallTime: i,
    matrix: compactOf(counts, isWeighted),
    classNamesHash: "",
    ordinal: i,
    isExact: true,
  }));
  return { data, isComplete: true };
}

const NAMES = identityArrangement(["cat", "dog"]);
const STEPS: Rows[] = [
  [
    [50, 50],
    [50, 50],
  ],
  [
    [90, 10],
    [40, 60],
  ],
  [
    [100, 0],
    [100, 0],
  ],
];
const history = historyOf(STEPS);

describe("timelineSteps", () => {
  const rates = (rate: ClassRate) => Array.from(timelineOf(history, NAMES, rate, null).rates);

  it("has the rates of each class, step after step", () => {
    expect(rates("recall")).toEqual([0.5, 0.5, 0.9, 0.6, 1, 0]);
    expect(rates("precision").slice(4)).toEqual([0.5, Number.NaN]);
    expect(rates("f1").slice(4)).toEqual([2 / 3, 0]);
    expect(rates("predicted_share")).toEqual([0.5, 0.5, 0.65, 0.35, 1, 0]);
  });

  it("looks only at the steps of a range", () => {
    const timeline = timelineOf(history, NAMES, "recall", [3, 5]);
    expect(timeline.steps).toEqual([5]);
    expect(largestRate([{ timeline }])).toBe(0.9);
    expect(timeline.overall[0]?.accuracy).toBe(0.75);
  });

  it("has a row for each sum of classes too, and leaves overall metrics those of all classes", () => {
    const pets = makeArrangement({
      classNames: ["cat", "dog"],
      classOrder: [0, 1],
      collapsed: [{ name: "pets", classes: [0, 1] }],
    });
    const timeline = timelineOf(history, pets, "recall", null);
    expect(Array.from(timeline.rates)).toEqual([1, 1, 1]);
    expect(timeline.overall[0]?.accuracy).toBe(0.5);
  });

  it("is empty without steps, and where a series has other classes", () => {
    for (const none of [historyOf([]), historyOf([[[1]]])]) {
      const timeline = timelineOf(none, NAMES, "recall", null);
      expect(timeline.steps).toEqual([]);
      expect(overallRange([timeline], "accuracy")).toEqual([0, 1]);
    }
  });

  it("has no interval of weights", () => {
    const timeline = timelineOf(historyOf(STEPS, true), NAMES, "recall", null);
    expect(timeline.isWeighted).toBe(true);
    expect(timelineCell(timeline, 0, 0)).toEqual({ rate: 0.5, outOf: 100, interval: null });
  });
});

describe("timelineSentence", () => {
  const told = (rate: ClassRate, row: number, column: number) => {
    const cell = timelineCell(timelineOf(history, NAMES, rate, null), row, column);
    return cell && timelineSentence(rate, "cat", 5 * column, cell);
  };

  it("says the rate, its Wilson interval and what it is out of", () => {
    // 90 of 100 and 130 of 200, from statsmodels' proportion_confint(method="wilson").
    expect(told("recall", 0, 1)).toBe("recall of “cat” at step 5: 90.0 % [82.6–94.5] of 100");
    expect(told("predicted_share", 0, 1)).toBe("share predicted as “cat” at step 5: 65.0 % [58.2–71.3] of 200");
  });

  it("says that there are no samples, and no interval of F1", () => {
    expect(told("precision", 1, 2)).toBe("precision of “cat” at step 10: no samples");
    expect(told("f1", 0, 2)).toBe("F1 of “cat” at step 10: 66.7 %");
    expect(told("recall", 2, 0)).toBe(null);
  });
});

describe("overallLinesSteps", () => {
  it("runs from a round value below the least interval to one above the largest", () => {
    // Accuracies 0.5, 0.75 and 0.5 of 200: Wilson from 0.431 to 0.805.
    expect(overallRange([timelineOf(history, NAMES, "recall", null)], "accuracy")).toEqual([0.4, 0.9]);
  });

  it("has the interval of each step, none of weights", () => {
    const [counted, weighted] = [false, true].map((isWeighted) => timelineOf(historyOf(STEPS, isWeighted), NAMES, "recall", null));
    const lines = resultOf(overallLinesSteps([counted as Timeline, weighted as Timeline], "accuracy"));
    // 100 and 150 of 200, from statsmodels' proportion_confint(method="wilson").
    expect(intervalText(lines.intervals.get(counted as Timeline)?.[0] ?? [0, 0])).toBe("[43.1–56.9]");
    expect(intervalText(lines.intervals.get(counted as Timeline)?.[1] ?? [0, 0])).toBe("[68.6–80.5]");
    expect(lines.intervals.get(weighted as Timeline)).toEqual([null, null, null]);
  });

  it("ends at 100 % where all is right", () => {
    const right = [
      [5, 0],
      [0, 5],
    ];
    expect(overallRange([timelineOf(historyOf([right], true), NAMES, "recall", null)], "macroF1")).toEqual([0.9, 1]);
  });
});

const pooled = (...given: Parameters<typeof pooledRatesSteps>) => resultOf(pooledRatesSteps(...given));

describe("pooledRatesSteps", () => {
  const four = historyOf([
    [
      [9, 1, 0, 0],
      [0, 2, 8, 0],
      [0, 0, 0, 0],
      [0, 0, 4, 6],
    ],
  ]);
  const names = identityArrangement(["a", "b", "c", "d"]);

  it("shows the lowest recall of those that share a row, and 0/0 only where there is nothing else", () => {
    const timeline = timelineOf(four, names, "recall", null);
    expect(Array.from(timeline.rates)).toEqual([0.9, 0.2, Number.NaN, 0.6]);
    expect(Array.from(pooled(timeline, 2, 1))).toEqual([0.2, 0.6]);
    expect(seenCell(timeline, [0, 2], [0, 1])).toEqual({ row: 1, column: 0 });
    expect(seenCell(timeline, [2, 4], [0, 1])).toEqual({ row: 3, column: 0 });
    expect(seenCell(timeline, [2, 3], [0, 1])).toEqual({ row: 2, column: 0 });
  });

  it("shows the highest predicted share, since a class that takes over is what to see", () => {
    const timeline = timelineOf(four, names, "predicted_share", null);
    expect(Array.from(pooled(timeline, 1, 1))).toEqual([0.4]);
    expect(seenCell(timeline, [0, 4], [0, 1])).toEqual({ row: 2, column: 0 });
  });

  it("shows the lowest of steps that share a column", () => {
    expect(Array.from(pooled(timelineOf(history, NAMES, "recall", null), 2, 1))).toEqual([0.5, 0]);
  });

  it("leaves rates as they are where all fit", () => {
    const timeline = timelineOf(history, NAMES, "recall", null);
    expect(pooled(timeline, 2, 3)).toBe(timeline.rates);
  });
});
