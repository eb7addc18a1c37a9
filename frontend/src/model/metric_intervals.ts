import { type Interval, Z_95 } from "./intervals";
import type { ConfusionMatrix } from "./matrix";
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
export function metricInterval(matrix: ConfusionMatrix, metric: OverallMetric): Interval | null {
  const metrics = matrixMetrics(matrix);
  if (metric === "accuracy") return metrics.accuracyInterval;
  return waldInterval(metrics[metric], metricVariance(matrix, metric), smallestOf(metric), 1);
}

/** The overall metrics of two matrices, with the intervals of their differences: Newcombe's for the accuracy, else Wald's. */
export function compareMetrics(a: ConfusionMatrix, b: ConfusionMatrix): readonly MetricComparison[] {
  return OVERALL_METRICS.map((metric) => {
    const [ofA, ofB] = [matrixMetrics(a)[metric], matrixMetrics(b)[metric]];
    return { metric, a: ofA, b: ofB, delta: ofB - ofA, interval: metricDifferenceInterval(a, b, metric, ofB - ofA) };
  });
}

function metricDifferenceInterval(a: ConfusionMatrix, b: ConfusionMatrix, metric: OverallMetric, delta: number): Interval | null {
  if (metric === "accuracy") {
    return a.isWeighted || b.isWeighted ? null : differenceInterval(numCorrect(a), a.total, numCorrect(b), b.total);
  }
  const widest = 1 - smallestOf(metric);
  return waldInterval(delta, metricVariance(a, metric) + metricVariance(b, metric), -widest, widest);
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

function numCorrect({ truePositives }: ConfusionMatrix): number {
  return truePositives.reduce((sum, one) => sum + one, 0);
}
