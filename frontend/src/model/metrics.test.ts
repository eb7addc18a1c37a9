import { describe, expect, it } from "vitest";
import { matrixOf, readGolden } from "../testing/golden";
import { classMetrics, matrixMetrics } from "./metrics";
import { type Normalize, valueAt } from "./normalize";

type Nullable = number | null;

interface GoldenClass {
  support: number;
  predicted_count: number;
  precision: Nullable;
  recall: Nullable;
  f1: Nullable;
  recall_interval: [number, number] | null;
  precision_interval: [number, number] | null;
}

interface GoldenMetrics {
  name: string;
  counts: number[][];
  weighted: boolean;
  metrics: Record<string, Nullable> & { accuracy_interval: [number, number] | null; per_class: GoldenClass[] };
  without_last: Record<string, Nullable>;
  normalized: Record<Exclude<Normalize, "counts">, Nullable[][]>;
}

function expectClose(value: number | readonly number[] | null, golden: number | number[] | null): void {
  if (golden === null) {
    expect(value === null || Number.isNaN(value)).toBe(true);
    return;
  }
  const pairs = [value].flat().map((one, i) => [one, [golden].flat()[i]] as [number, number]);
  for (const [one, other] of pairs) expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(other)));
}

describe.each(readGolden<GoldenMetrics>("metrics"))("metrics: $name", ({ counts, weighted, metrics, without_last, normalized }) => {
  const matrix = matrixOf(counts, weighted);

  it("equals scikit-learn's overall metrics", () => {
    const mine = matrixMetrics(matrix);
    expectClose(mine.total, metrics["total"] as number);
    expectClose(mine.accuracy, metrics["accuracy"] as Nullable);
    expectClose(mine.accuracyInterval, metrics.accuracy_interval);
    expectClose(mine.balancedAccuracy, metrics["balanced_accuracy"] as Nullable);
    expectClose(mine.macroPrecision, metrics["macro_precision"] as Nullable);
    expectClose(mine.macroRecall, metrics["macro_recall"] as Nullable);
    expectClose(mine.macroF1, metrics["macro_f1"] as Nullable);
    expectClose(mine.weightedF1, metrics["weighted_f1"] as Nullable);
    expectClose(mine.cohenKappa, metrics["cohen_kappa"] as Nullable);
    expectClose(mine.mcc, metrics["mcc"] as Nullable);
  });

  it("equals scikit-learn's averages over the other classes, where one is left out", () => {
    const mine = matrixMetrics(matrix, counts.length - 1);
    expectClose(mine.balancedAccuracy, without_last["balanced_accuracy"] as Nullable);
    expectClose(mine.macroPrecision, without_last["macro_precision"] as Nullable);
    expectClose(mine.macroRecall, without_last["macro_recall"] as Nullable);
    expectClose(mine.macroF1, without_last["macro_f1"] as Nullable);
    expectClose(mine.weightedF1, without_last["weighted_f1"] as Nullable);
    expectClose(mine.accuracy, metrics["accuracy"] as Nullable);
    expectClose(mine.cohenKappa, metrics["cohen_kappa"] as Nullable);
    expectClose(mine.mcc, metrics["mcc"] as Nullable);
  });

  it("equals scikit-learn's metrics of each class", () => {
    metrics.per_class.forEach((golden, i) => {
      const mine = classMetrics(matrix, i);
      expectClose(mine.support, golden.support);
      expectClose(mine.predictedCount, golden.predicted_count);
      expectClose(mine.precision, golden.precision);
      expectClose(mine.recall, golden.recall);
      expectClose(mine.f1, golden.f1);
      expectClose(mine.recallInterval, golden.recall_interval);
      expectClose(mine.precisionInterval, golden.precision_interval);
    });
  });

  it.each(["true", "pred", "all"] as const)("normalizes over %s as scikit-learn does", (normalize) => {
    normalized[normalize].forEach((row, trueClass) => {
      row.forEach((golden, predClass) => {
        expectClose(valueAt(matrix, normalize, { trueClass, predClass }), golden);
      });
    });
  });
});
