import { describe, expect, it } from "vitest";
import { matrixOf } from "../testing/golden";
import { isInside } from "./matrix";

const COUNTS = [
  [5, 0, 1],
  [0, 0, 0],
  [2, 3, 7],
];

describe("ConfusionMatrix", () => {
  it("finds every cell, zeros too", () => {
    const matrix = matrixOf(COUNTS);
    COUNTS.forEach((row, trueClass) => {
      row.forEach((count, predClass) => {
        expect(matrix.countAt({ trueClass, predClass })).toBe(count);
      });
    });
  });

  it("sums rows, columns and all", () => {
    const matrix = matrixOf(COUNTS);
    expect([...matrix.support]).toEqual([6, 0, 12]);
    expect([...matrix.predictedCount]).toEqual([7, 3, 8]);
    expect([...matrix.truePositives]).toEqual([5, 0, 7]);
    expect(matrix.total).toBe(18);
  });

  it("has no cells when it is empty", () => {
    const matrix = matrixOf([
      [0, 0],
      [0, 0],
    ]);
    expect(matrix.numCells).toBe(0);
    expect(matrix.countAt({ trueClass: 1, predClass: 1 })).toBe(0);
  });

  it("counts nothing outside", () => {
    expect(matrixOf([[4]]).countAt({ trueClass: 3, predClass: 0 })).toBe(0);
  });
});

describe("isInside", () => {
  it.each([
    [{ trueClass: 0, predClass: 2 }, true],
    [{ trueClass: 3, predClass: 0 }, false],
    [{ trueClass: -1, predClass: 0 }, false],
    [{ trueClass: 0.5, predClass: 0 }, false],
    [{ trueClass: Number.NaN, predClass: 0 }, false],
  ])("%j in three classes: %s", (cell, isIn) => {
    expect(isInside(cell, 3)).toBe(isIn);
  });
});
