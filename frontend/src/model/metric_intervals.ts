import { type Interval, Z_95 } from "./intervals";
import type { CountedCells } from "./matrix";
import { metricVariance } from "./metric_variance";
import { matrixMetrics, OVERALL_METRICS, type OverallMetric } from "./metrics";
import { differenceInterval } from "./proportions";

/** An overall metric of two matrices. */
export interface MetricComparison {
  readonly metric: OverallMetric;
  readonly a: number;
  readonly b: number;
  /** The metric in B minus that in A. */
  readonly delta: number;
  /** 95 %; null where a metric is undefined, and for weighted counts. */
  readonly interval: Interval | null;
}

/**
 * The 95 % interval of a metric; null where it is undefined, and for weighted counts.
 *
 * Wilson's for the accuracy; Wald's for the others, which says nothing where nothing varies (a perfect matrix): null there too.
 */
export function metricInterval(matrix: CountedCells, metric: OverallMetric, leftOut: number | null = null): Interval | null {
  const metrics = matrixMetrics(matrix, leftOut);
  if (metric === "accuracy") return metrics.accuracyInterval;
  return waldInterval(metrics[metric], metricVariance(matrix, metric, leftOut), smallestOf(metric), 1);
}

/** A matrix, and the class that averages leave out of it. */
export interface Averaged {
  readonly matrix: CountedCells;
  readonly leftOut: number | null;
}

/** The overall metrics of two matrices, a metric at a time: of some hundred thousand cells each takes a while. */
export function* metricComparisonSteps(a: Averaged, b: Averaged): Generator<void, readonly MetricComparison[]> {
  const compared: MetricComparison[] = [];
  for (const metric of OVERALL_METRICS) {
    // The long work, and remembered.
    for (const { matrix, leftOut } of [a, b]) {
      metricVariance(matrix, metric, leftOut);
      yield;
    }
    compared.push(compareMetric(a, b, metric));
  }
  return compared;
}

/** An overall metric of two matrices, with the interval of its difference: Newcombe's for the accuracy, else Wald's. */
export function compareMetric(a: Averaged, b: Averaged, metric: OverallMetric): MetricComparison {
  const [ofA, ofB] = [a, b].map(({ matrix, leftOut }) => matrixMetrics(matrix, leftOut)[metric]) as [number, number];
  return { metric, a: ofA, b: ofB, delta: ofB - ofA, interval: metricDifferenceInterval(a, b, metric, ofB - ofA) };
}

function metricDifferenceInterval(a: Averaged, b: Averaged, metric: OverallMetric, delta: number): Interval | null {
  if (metric === "accuracy") {
    if (a.matrix.isWeighted || b.matrix.isWeighted) return null;
    return differenceInterval(numCorrect(a.matrix), a.matrix.total, numCorrect(b.matrix), b.matrix.total);
  }
  const [ofA, ofB] = [a, b].map(({ matrix, leftOut }) => metricVariance(matrix, metric, leftOut)) as [number, number];
  const widest = 1 - smallestOf(metric);
  return waldInterval(delta, ofA + ofB, -widest, widest);
}

function waldInterval(value: number, variance: number, smallest: number, largest: number): Interval | null {
  if (Number.isNaN(value) || !(variance > 0)) return null;
  const halfWidth = Z_95 * Math.sqrt(variance);
  return [Math.max(value - halfWidth, smallest), Math.min(value + halfWidth, largest)];
}

/** Coefficients of agreement reach from -1 to 1, the other metrics from 0 to 1. */
function smallestOf(metric: OverallMetric): number {
  return metric === "cohenKappa" || metric === "mcc" ? -1 : 0;
}

function numCorrect({ truePositives }: CountedCells): number {
  return truePositives.reduce((sum, one) => sum + one, 0);
}
