import { describe, expect, it } from "vitest";
import { matrixOf } from "../testing/golden";
import { resultOf } from "../util/slices";
import { matchClasses } from "./class_match";
import { comparisonSteps } from "./comparison";
import { comparisonTable, matrixTable, stripsTable } from "./export_tables";
import type { Strips } from "./strips";

const compareMatrices = (...given: Parameters<typeof comparisonSteps>) => resultOf(comparisonSteps(...given));

const ABOUT = { run: "sgd", tag: "val", step: 3 };
const NAMES = ["cat", "dog"];
const COUNTS = [
  [3, 1],
  [0, 0],
];

describe("matrixTable", () => {
  it("has counts as they were logged", () => {
    const table = matrixTable(matrixOf(COUNTS), NAMES, "counts", ABOUT);
    expect(table.about).toEqual({ ...ABOUT, normalize: "counts" });
    expect(table.columns).toEqual(["true_label", "cat", "dog"]);
    expect(table.rows).toEqual([
      ["cat", 3, 1],
      ["dog", 0, 0],
    ]);
  });

  it("has no value where a rate is 0/0, and prints percent", () => {
    const table = matrixTable(matrixOf(COUNTS), NAMES, "true", ABOUT);
    expect(table.rows).toEqual([
      ["cat", 0.75, 0.25],
      ["dog", null, null],
    ]);
    expect(table.printed?.(0.75, 1)).toBe("75.0");
  });

  it("tells many classes cell by cell, only those that aren't zero", () => {
    const counts = Array.from({ length: 300 }, (_, i) =>
      Array.from({ length: 300 }, (_, j) => (i === j || (i === 4 && j === 2) ? 2 : 0)),
    );
    const names = counts.map((_, i) => `class ${i}`);
    const table = matrixTable(matrixOf(counts), names, "true", ABOUT);
    expect(table.rows).toHaveLength(301);
    expect(table.rows).toContainEqual(["class 4", "class 2", 2, 0.5]);
  });
});

describe("stripsTable", () => {
  it("tells each matrix once, at its own step", () => {
    const matrix = matrixOf(COUNTS);
    const strips: Strips = { steps: [1, 2, 5], bands: [{ seriesId: "x", matrices: [null, matrix, matrix] }] };
    const table = stripsTable(strips, () => ["sgd", "val"], NAMES, "counts");
    expect(table.rows).toEqual([
      ["sgd", "val", 2, "cat", "cat", 3, 3],
      ["sgd", "val", 2, "cat", "dog", 1, 1],
    ]);
  });
});

describe("comparisonTable", () => {
  it("has both tables of counts and no test of what isn't sampled", () => {
    const [a, b] = [
      matrixOf(COUNTS),
      matrixOf([
        [1, 1],
        [2, 0],
      ]),
    ];
    const comparison = compareMatrices(a, b, matchClasses(NAMES, 2, NAMES, 2), "true");
    const { columns, rows } = comparisonTable(comparison, {});
    expect(rows.map((row) => row.slice(0, 6))).toEqual([
      ["cat", "cat", 3, 4, 1, 2],
      ["cat", "dog", 1, 4, 1, 2],
      ["dog", "cat", 0, 0, 2, 2],
    ]);
    const last = Object.fromEntries(columns.map((column, i) => [column, rows[2]?.[i]]));
    expect(last).toMatchObject({ delta: null, delta_low: null, p_value: null, significant: "no" });
    expect(rows[0]?.[6]).toBeCloseTo(-0.25, 12);
  });
});
