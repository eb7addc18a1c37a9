import { describe, expect, it } from "vitest";
import { compactOf, matrixOf } from "../testing/golden";
import { expanded } from "./compact_matrix";
import { metricVariance } from "./metric_variance";
import { matrixMetrics, OVERALL_METRICS } from "./metrics";

const COUNTS = [[500, 3, 0], [0, 0, 70_000], [1, 0, 9]]; // biome-ignore format: three rows

describe("CompactMatrix", () => {
  it("has the counts and margins of the matrix that it was made of", () => {
    const compact = compactOf(COUNTS);
    for (const [trueClass, row] of COUNTS.entries())
      for (const [predClass, count] of row.entries()) expect(compact.countAt({ trueClass, predClass })).toBe(count);
    expect([...compact.support]).toEqual([503, 70_000, 10]);
    expect([...compact.predictedCount]).toEqual([501, 3, 70_009]);
    expect(expanded(compact)).toEqual(matrixOf(COUNTS));
  });

  it.each([
    [
      "bytes",
      [
        [255, 1],
        [0, 2],
      ],
      1,
    ],
    [
      "two bytes",
      [
        [256, 1],
        [0, 2],
      ],
      2,
    ],
    [
      "four bytes",
      [
        [65_536, 1],
        [0, 2],
      ],
      4,
    ],
    [
      "floats above 32 bits",
      [
        [2 ** 53 - 1, 1],
        [0, 2],
      ],
      8,
    ],
    [
      "floats for weights",
      [
        [0.25, 1],
        [0, 2],
      ],
      8,
    ],
  ])("holds counts in as few bytes as they need: %s", (_, counts, bytes) => {
    const compact = compactOf(
      counts,
      counts.flat().some((count) => count % 1 !== 0),
    );
    expect(compact.cellCounts.byteLength / compact.cellCounts.length).toBe(bytes);
    expect(expanded(compact)).toEqual(matrixOf(counts, compact.isWeighted));
  });

  it("has the same metrics and variances", () => {
    const [compact, matrix] = [compactOf(COUNTS), matrixOf(COUNTS)];
    for (const metric of OVERALL_METRICS) {
      expect(matrixMetrics(compact)[metric]).toBe(matrixMetrics(matrix)[metric]);
      expect(metricVariance(compact, metric)).toBe(metricVariance(matrix, metric));
    }
  });

  it("says that it doesn't know cells that were let go, and knows the margins all the same", () => {
    const margins = compactOf(COUNTS).withoutCells();
    expect([margins.hasCells, margins.countAt({ trueClass: 0, predClass: 1 })]).toEqual([false, Number.NaN]);
    expect(matrixMetrics(margins).macroF1).toBe(matrixMetrics(matrixOf(COUNTS)).macroF1);
    expect(metricVariance(margins, "macroF1")).toBeNaN();
  });

  it("knows all of an empty matrix", () => {
    expect(compactOf([[0]]).hasCells).toBe(true);
    expect(compactOf([[0]]).countAt({ trueClass: 0, predClass: 0 })).toBe(0);
  });
});
