import { describe, expect, it } from "vitest";
import { matrixOf } from "../testing/golden";
import { identityArrangement } from "./arrangement";
import { forgottenClasses } from "./forgotten";
import type { SeriesHistory } from "./series_history";
import { largestRate, timelineOf } from "./timeline";

/** Two classes of n samples; how many of each are right at each step. */
function historyOf(right: readonly (readonly [number, number])[], n: number, isWeighted = false): SeriesHistory {
  const data = right.map(([a, b], step) => ({
    step: 10 * step,
    wallTime: step,
    matrix: matrixOf(
      [
        [a, n - a],
        [n - b, b],
      ],
      isWeighted,
    ),
    classNamesHash: "",
    ordinal: step,
    isExact: true,
  }));
  return { data, isComplete: true };
}

const NAMES = identityArrangement(["a", "b"]);

describe("forgottenClasses", () => {
  it("finds the class that fell, where it fell, and when it was best", () => {
    const history = historyOf(
      [
        [50, 50],
        [90, 60],
        [88, 70],
        [40, 80],
        [42, 81],
      ],
      100,
    );
    expect(forgottenClasses(history, NAMES)).toEqual([{ entry: 0, step: 30, bestStep: 10 }]);
  });

  it("lets a class be that has recovered", () => {
    expect(
      forgottenClasses(
        historyOf(
          [
            [90, 50],
            [40, 50],
            [88, 50],
          ],
          100,
        ),
        NAMES,
      ),
    ).toEqual([]);
  });

  it("says nothing of a fall that may be chance, of few samples and of weighted ones", () => {
    expect(
      forgottenClasses(
        historyOf(
          [
            [90, 50],
            [85, 50],
          ],
          100,
        ),
        NAMES,
      ),
    ).toEqual([]);
    expect(
      forgottenClasses(
        historyOf(
          [
            [3, 2],
            [1, 2],
          ],
          3,
        ),
        NAMES,
      ),
    ).toEqual([]);
    expect(
      forgottenClasses(
        historyOf(
          [
            [90, 50],
            [10, 50],
          ],
          100,
          true,
        ),
        NAMES,
      ),
    ).toEqual([]);
    expect(forgottenClasses(historyOf([], 1), NAMES)).toEqual([]);
  });

  it("marks no more than one history in twenty where nothing changes but chance", () => {
    // A small generator of its own, so that the histories are the same everywhere.
    let state = 12345;
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const draw = () => Array.from({ length: 200 }, () => Number(uniform() < 0.8)).reduce((sum, one) => sum + one, 0);
    const histories = Array.from({ length: 300 }, () =>
      historyOf(
        Array.from({ length: 20 }, () => [draw(), draw()] as const),
        200,
      ),
    );
    const marked = histories.filter((history) => forgottenClasses(history, NAMES).length > 0);
    expect(marked.length / histories.length).toBeLessThanOrEqual(0.05);
  });
});

describe("timelineOf", () => {
  const history = historyOf(
    [
      [50, 50],
      [90, 60],
      [100, 0],
    ],
    100,
  );

  it("has the rates of each class at each step", () => {
    const rates = (rate: "recall" | "precision" | "f1" | "predicted_share") =>
      timelineOf(history, NAMES, rate, null).cells.map((column) => column.map((cell) => cell.rate));
    expect(rates("recall")).toEqual([
      [0.5, 0.5],
      [0.9, 0.6],
      [1, 0],
    ]);
    expect(rates("precision").at(-1)).toEqual([0.5, Number.NaN]);
    expect(rates("f1").at(-1)).toEqual([2 / 3, 0]);
    expect(rates("predicted_share").at(-1)).toEqual([1, 0]);
  });

  it("looks only at the steps of a range", () => {
    const timeline = timelineOf(history, NAMES, "recall", [5, 10]);
    expect(timeline.steps).toEqual([10]);
    expect(largestRate([timeline])).toBe(0.9);
    expect(timeline.overall[0]?.accuracy).toBe(0.75);
  });
});
