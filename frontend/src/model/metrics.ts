import { type Interval, wilsonInterval } from "./intervals";
import type { ConfusionMatrix } from "./matrix";
import { ratio } from "./normalize";

/** All that a metric needs of a matrix: per class, how many there are, were predicted, and were right. */
export type Margins = Pick<ConfusionMatrix, "truePositives" | "support" | "predictedCount" | "total" | "isWeighted">;

export interface ClassMetrics {
  readonly support: number;
  readonly predictedCount: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
  /** Null without samples, and for weighted counts. */
  readonly recallInterval: Interval | null;
  readonly precisionInterval: Interval | null;
}

/** scikit-learn's metrics with its defaults, but NaN for what is 0/0. */
export interface MatrixMetrics {
  readonly total: number;
  readonly accuracy: number;
  readonly accuracyInterval: Interval | null;
  readonly balancedAccuracy: number;
  readonly macroPrecision: number;
  readonly macroRecall: number;
  readonly macroF1: number;
  readonly weightedF1: number;
  readonly cohenKappa: number;
  readonly mcc: number;
}

export function classMetrics(margins: Margins, classIndex: number): ClassMetrics {
  const truePositives = margins.truePositives[classIndex] ?? 0;
  const support = margins.support[classIndex] ?? 0;
  const predictedCount = margins.predictedCount[classIndex] ?? 0;
  const interval = (trials: number) => (margins.isWeighted ? null : wilsonInterval(truePositives, trials));
  return {
    support,
    predictedCount,
    recall: ratio(truePositives, support),
    precision: ratio(truePositives, predictedCount),
    f1: ratio(2 * truePositives, support + predictedCount),
    recallInterval: interval(support),
    precisionInterval: interval(predictedCount),
  };
}

export function matrixMetrics(margins: Margins): MatrixMetrics {
  const classes = Array.from(margins.support, (_, i) => classMetrics(margins, i));
  // Macro averages run over the classes that occur, balanced accuracy over those with samples; there 0/0 counts as 0.
  const occurring = classes.filter((one) => one.support > 0 || one.predictedCount > 0);
  const correct = sum(margins.truePositives);
  return {
    total: margins.total,
    accuracy: ratio(correct, margins.total),
    accuracyInterval: margins.isWeighted ? null : wilsonInterval(correct, margins.total),
    balancedAccuracy: mean(classes.filter((one) => one.support > 0).map((one) => one.recall)),
    macroPrecision: mean(occurring.map((one) => one.precision)),
    macroRecall: mean(occurring.map((one) => one.recall)),
    macroF1: mean(occurring.map((one) => one.f1)),
    weightedF1: ratio(sum(classes.map((one) => (one.f1 || 0) * one.support)), margins.total),
    cohenKappa: cohenKappa(margins),
    mcc: matthewsCorrelation(margins),
  };
}

/** J. Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20:37-46. */
function cohenKappa(margins: Margins): number {
  const occurring = margins.support.filter((support, i) => support > 0 || (margins.predictedCount[i] as number) > 0);
  if (occurring.length < 2) return Number.NaN;
  const observed = sum(margins.truePositives) / margins.total;
  return 1 - (1 - observed) / (1 - shareProduct(margins.support, margins.predictedCount, margins.total));
}

/** J. Gorodkin (2004), Comparing two K-category assignments by a K-category correlation coefficient, Comput. Biol. Chem. 28:367-374. */
function matthewsCorrelation({ truePositives, support, predictedCount, total }: Margins): number {
  const numOccurring = (counts: Float64Array) => counts.filter((count) => count > 0).length;
  if (Math.min(numOccurring(support), numOccurring(predictedCount)) < 2) return Number.NaN;
  const covariance = sum(truePositives) / total - shareProduct(support, predictedCount, total);
  return covariance / Math.sqrt((1 - shareProduct(support, support, total)) * (1 - shareProduct(predictedCount, predictedCount, total)));
}

function shareProduct(a: Float64Array, b: Float64Array, total: number): number {
  return sum(a.map((count, i) => (count / total) * ((b[i] as number) / total)));
}

function mean(rates: readonly number[]): number {
  return ratio(sum(rates.map((rate) => rate || 0)), rates.length);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
