import { describe, expect, it } from "vitest";
import { matrixOf, readGolden } from "../testing/golden";
import { resultOf } from "../util/slices";
import { matchClasses } from "./class_match";
import { type Comparison, comparisonSteps, type RateNormalize } from "./comparison";
import type { Interval } from "./intervals";
import type { ConfusionMatrix } from "./matrix";
import { metricComparisonSteps } from "./metric_intervals";

const compareMetrics = (...given: Parameters<typeof metricComparisonSteps>) => resultOf(metricComparisonSteps(...given));

const compareMatrices = (...given: Parameters<typeof comparisonSteps>) => resultOf(comparisonSteps(...given));

type Nullable = number | null;

interface GoldenCell {
  cell: [number, number];
  table: [number, number, number, number];
  delta: Nullable;
  interval: [number, number] | null;
  p_value: Nullable;
  q_value?: Nullable;
}

interface GoldenComparison {
  name: string;
  a: number[][];
  b: number[][];
  names_a?: string[];
  names_b?: string[];
  is_weighted?: boolean;
  pairs: [number, number][];
  cells: Record<RateNormalize, GoldenCell[]>;
  overall: { metric: string; delta: Nullable; interval: [number, number] | null }[];
  overall_without_last: { metric: string; delta: Nullable; interval: [number, number] | null }[];
}

function expectClose(value: number, golden: Nullable | undefined): void {
  if (golden === null || golden === undefined) expect(value).toBeNaN();
  else expect(Math.abs(value - golden)).toBeLessThanOrEqual(1e-9 * Math.abs(golden) + 1e-12);
}

function expectCloseInterval(interval: Interval | null, golden: [number, number] | null): void {
  if (golden === null) expect(interval).toBeNull();
  else golden.forEach((bound, i) => void expectClose(interval?.[i] as number, bound));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z](?![A-Z])|(?<=[a-z])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

describe.each(readGolden<GoldenComparison>("comparisons"))("comparison: $name", (golden) => {
  const isWeighted = golden.is_weighted ?? false;
  const [a, b] = [matrixOf(golden.a, isWeighted), matrixOf(golden.b, isWeighted)];
  const match = matchClasses(golden.names_a ?? null, a.numClasses, golden.names_b ?? null, b.numClasses);

  it("matches classes by name and occurrence", () => {
    expect(match.pairs.map(({ classA, classB }) => [classA, classB])).toEqual(golden.pairs);
    expect(match.onlyInA).toHaveLength(a.numClasses - golden.pairs.length);
    expect(match.onlyInB).toHaveLength(b.numClasses - golden.pairs.length);
  });

  it.each(["true", "pred", "all"] as const)("equals SciPy's and statsmodels' figures of the rates over %s", (normalize) => {
    const comparison = compareMatrices(a, b, match, normalize);
    expect(cellsOf(comparison)).toEqual(golden.cells[normalize].map(({ cell, table }) => [...cell, ...table]));
    golden.cells[normalize].forEach((cell, i) => {
      expectClose(comparison.delta[i] as number, cell.delta);
      expectClose(comparison.pValue[i] as number, cell.p_value);
      expectClose(comparison.qValue[i] as number, cell.q_value);
      expectCloseInterval(comparison.intervalAt(i), cell.interval);
    });
  });

  it.each(["overall", "overall_without_last"] as const)("equals the differences of metrics: %s", (averages) => {
    const side = (matrix: ConfusionMatrix) => ({ matrix, leftOut: averages === "overall" ? null : matrix.numClasses - 1 });
    const compared = compareMetrics(side(a), side(b));
    expect(compared.map(({ metric }) => snakeCase(metric))).toEqual(golden[averages].map(({ metric }) => metric));
    golden[averages].forEach((metric, i) => {
      expectClose(compared[i]?.delta as number, metric.delta);
      expectCloseInterval(compared[i]?.interval ?? null, metric.interval);
    });
  });
});

function cellsOf({ trueClass, predClass, countA, outOfA, countB, outOfB }: Comparison): number[][] {
  return Array.from(trueClass, (one, i) => [one, predClass[i], countA[i], outOfA[i], countB[i], outOfB[i]] as number[]);
}
