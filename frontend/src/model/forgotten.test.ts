import { describe, expect, it } from "vitest";
import { compactOf } from "../testing/golden";
import { resultOf } from "../util/slices";
import { identityArrangement } from "./arrangement";
import { forgottenSteps } from "./forgotten";
import type { SeriesHistory } from "./series_history";

const forgottenClasses = (...given: Parameters<typeof forgottenSteps>) => resultOf(forgottenSteps(...given));

/** Two classes of n samples; how many of each are right at each step. */
function historyOf(right: readonly (readonly [number, number])[], n: number, isWeighted = false): SeriesHistory {
  const data = right.map(([a, b], step) => ({
    step: 10 * step,
    wallTime: step,
    matrix: compactOf(
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
    expect(forgottenClasses(history, NAMES)).toEqual([{ entry: 0, step: 30, bestStep: 10, bestRecall: 0.9 }]);
  });

  it("lets a class be that was never known: all were predicted as it, and so all of its own were right", () => {
    const history = historyOf(
      [
        [100, 0],
        [80, 80],
        [81, 82],
      ],
      100,
    );
    expect(forgottenClasses(history, NAMES)).toEqual([]);
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

  it("follows a fall back through steps that waver, and past steps without samples", () => {
    const history = historyOf(
      [
        [90, 50],
        [60, 50],
        [72, 50],
        [0, 0],
        [58, 50],
      ],
      100,
    );
    // No samples at the fourth step: 0 of 0.
    const emptied = history.data.map((datum, i) =>
      i === 3
        ? {
            ...datum,
            matrix: compactOf([
              [0, 0],
              [50, 50],
            ]),
          }
        : datum,
    );
    expect(forgottenClasses({ ...history, data: emptied }, NAMES)).toMatchObject([{ entry: 0, step: 10, bestStep: 0 }]);
  });

  it("tests nothing where the last step has no samples of a class", () => {
    const gone = [
      ...historyOf(
        [
          [90, 50],
          [90, 50],
        ],
        100,
      ).data,
    ];
    gone[1] = {
      ...(gone[1] as (typeof gone)[number]),
      matrix: compactOf([
        [0, 0],
        [50, 50],
      ]),
    };
    expect(forgottenClasses({ data: gone, isComplete: true }, NAMES)).toEqual([]);
  });

  describe("in simulations", () => {
    // A small generator of its own, so that the histories are the same everywhere.
    let state = 12345;
    const uniform = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const hits = (n: number, rate: number) => Array.from({ length: n }, () => Number(uniform() < rate)).reduce((a, b) => a + b, 0);
    const history = (numSteps: number, rateAt: (step: number) => number, n = 200) =>
      historyOf(
        Array.from({ length: numSteps }, (_, step) => [hits(n, rateAt(step)), hits(n, 0.8)] as const),
        n,
      );

    it("marks no more than one history in twenty where nothing changes but chance", () => {
      for (const numSteps of [2, 20]) {
        const histories = Array.from({ length: 400 }, () => history(numSteps, () => 0.8));
        const marked = histories.filter((one) => forgottenClasses(one, NAMES).length > 0);
        expect(marked.length / histories.length).toBeLessThanOrEqual(0.05);
      }
    });

    it("finds a planted fall of twenty points at the step where it was planted", () => {
      const found = Array.from({ length: 100 }, () =>
        forgottenClasses(
          history(20, (step) => (step < 12 ? 0.85 : 0.65), 500),
          NAMES,
        ),
      );
      expect(found.filter((one) => one.some(({ entry, step }) => entry === 0 && step === 120)).length).toBeGreaterThanOrEqual(95);
    });
  });
});
