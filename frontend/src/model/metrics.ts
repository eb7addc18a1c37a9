import { memoise } from "../util/memoise";
import { type Interval, wilsonInterval } from "./intervals";
import type { ConfusionMatrix } from "./matrix";
import { ratio } from "./normalize";

/** All that a metric needs of a matrix: per class, how many there are, were predicted, and were right. */
export type Margins = Pick<ConfusionMatrix, "truePositives" | "support" | "predictedCount" | "total" | "isWeighted">;

/** One class in figures. */
export interface ClassRates {
  readonly support: number;
  readonly predictedCount: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
}

export interface ClassMetrics extends ClassRates {
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

export const OVERALL_METRICS = [
  "accuracy",
  "balancedAccuracy",
  "macroPrecision",
  "macroRecall",
  "macroF1",
  "weightedF1",
  "cohenKappa",
  "mcc",
] as const satisfies readonly (keyof MatrixMetrics)[];
/** A metric of the whole matrix. */
export type OverallMetric = (typeof OVERALL_METRICS)[number];

export function classRates(margins: Margins, classIndex: number): ClassRates {
  const truePositives = margins.truePositives[classIndex] ?? 0;
  const support = margins.support[classIndex] ?? 0;
  const predictedCount = margins.predictedCount[classIndex] ?? 0;
  return {
    support,
    predictedCount,
    recall: ratio(truePositives, support),
    precision: ratio(truePositives, predictedCount),
    f1: ratio(2 * truePositives, support + predictedCount),
  };
}

export function classMetrics(margins: Margins, classIndex: number): ClassMetrics {
  const rates = classRates(margins, classIndex);
  const truePositives = margins.truePositives[classIndex] ?? 0;
  const interval = (trials: number) => (margins.isWeighted ? null : wilsonInterval(truePositives, trials));
  return { ...rates, recallInterval: interval(rates.support), precisionInterval: interval(rates.predictedCount) };
}

const knownMetrics = memoise((_: Margins) => new Map<number | null, MatrixMetrics>());

/**
 * The metrics of a matrix, each worked out when it is asked for.
 *
 * @param leftOut a class that averages over classes (macro, weighted, balanced) leave out, as scikit-learn's do with `labels`.
 *   Accuracy, kappa and MCC are of all samples all the same.
 */
export function matrixMetrics(margins: Margins, leftOut: number | null = null): MatrixMetrics {
  const known = knownMetrics(margins);
  const metrics = known.get(leftOut) ?? new LazyMetrics(margins, leftOut);
  known.set(leftOut, metrics);
  return metrics;
}

/** The metrics of a matrix, all of them worked out, one after the other: of thousands of classes each takes a while. */
export function* matrixMetricsSteps(margins: Margins, leftOut: number | null): Generator<void, MatrixMetrics> {
  const metrics = matrixMetrics(margins, leftOut);
  for (const metric of OVERALL_METRICS) {
    void metrics[metric];
    yield;
  }
  return metrics;
}

type Averages = Pick<MatrixMetrics, "balancedAccuracy" | "macroPrecision" | "macroRecall" | "macroF1" | "weightedF1">;

/** A page of many steps asks of each for one metric: the others aren't worked out. */
class LazyMetrics implements MatrixMetrics {
  private readonly known: { averages?: Averages; kappa?: number; mcc?: number } = {};
  readonly total: number;
  readonly accuracy: number;
  readonly accuracyInterval: Interval | null;

  constructor(
    private readonly margins: Margins,
    private readonly leftOut: number | null,
  ) {
    const correct = sum(margins.truePositives);
    this.total = margins.total;
    this.accuracy = ratio(correct, margins.total);
    this.accuracyInterval = margins.isWeighted ? null : wilsonInterval(correct, margins.total);
  }

  get balancedAccuracy(): number {
    return this.averages.balancedAccuracy;
  }

  get macroPrecision(): number {
    return this.averages.macroPrecision;
  }

  get macroRecall(): number {
    return this.averages.macroRecall;
  }

  get macroF1(): number {
    return this.averages.macroF1;
  }

  get weightedF1(): number {
    return this.averages.weightedF1;
  }

  get cohenKappa(): number {
    this.known.kappa ??= cohenKappa(this.margins);
    return this.known.kappa;
  }

  get mcc(): number {
    this.known.mcc ??= matthewsCorrelation(this.margins);
    return this.known.mcc;
  }

  private get averages(): Averages {
    this.known.averages ??= averagesOf(this.margins, this.leftOut);
    return this.known.averages;
  }
}

/** Macro averages run over the classes that occur, balanced accuracy over those with samples; there 0/0 counts as 0. */
function averagesOf(margins: Margins, leftOut: number | null): Averages {
  const { truePositives, support, predictedCount } = margins;
  let [numOccurring, numSupported, samples, precision, recall, f1, weightedF1] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < support.length; i++) {
    const [right, actual, predicted] = [truePositives[i] as number, support[i] as number, predictedCount[i] as number];
    if (i === leftOut || actual + predicted === 0) continue;
    const ofClass = (2 * right) / (actual + predicted);
    numOccurring++;
    if (actual > 0) numSupported++;
    samples += actual;
    precision += ratio(right, predicted) || 0;
    recall += ratio(right, actual) || 0;
    f1 += ofClass;
    weightedF1 += ofClass * actual;
  }
  return {
    balancedAccuracy: ratio(recall, numSupported),
    macroPrecision: ratio(precision, numOccurring),
    macroRecall: ratio(recall, numOccurring),
    macroF1: ratio(f1, numOccurring),
    weightedF1: ratio(weightedF1, samples),
  };
}

/** J. Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20:37-46. */
function cohenKappa(margins: Margins): number {
  const occurring = margins.support.filter((support, i) => support > 0 || (margins.predictedCount[i] as number) > 0);
  if (occurring.length < 2) return Number.NaN;
  const { missed, between } = disagreements(margins);
  return 1 - missed / between(margins.support, margins.predictedCount);
}

/** J. Gorodkin (2004), Comparing two K-category assignments by a K-category correlation coefficient, Comput. Biol. Chem. 28:367-374. */
function matthewsCorrelation(margins: Margins): number {
  const { support, predictedCount } = margins;
  const numOccurring = (counts: Float64Array) => counts.filter((count) => count > 0).length;
  if (Math.min(numOccurring(support), numOccurring(predictedCount)) < 2) return Number.NaN;
  const { missed, between, minus } = disagreements(margins);
  return minus(support, predictedCount, missed) / Math.sqrt(between(support, support) * between(predictedCount, predictedCount));
}

interface Disagreements {
  /** How often labels and predictions differ, times total². */
  readonly missed: number;
  /** How often two labels drawn from these margins differ, times total². */
  between(a: Float64Array, b: Float64Array): number;
  /** The same less `missed`. */
  minus(a: Float64Array, b: Float64Array, missed: number): number;
}

/**
 * Both coefficients are differences of nearly equal products where one class dominates: a thousand million samples of it leave floats
 * seven digits. Counts are whole, so their products are taken exactly, with integers of any size where the square of the total is no
 * exact number; sums of weights are taken as shares of the total.
 */
function disagreements({ truePositives, support, total, isWeighted }: Margins): Disagreements {
  if (isWeighted) {
    const between = (a: Float64Array, b: Float64Array) =>
      sum(a.map((count, i) => (count / total) * (1 - (b[i] as number) / total)));
    return { missed: 1 - sum(truePositives) / total, between, minus: (a, b, missed) => between(a, b) - missed };
  }
  if (total ** 2 <= Number.MAX_SAFE_INTEGER) {
    const missed = total * (total - sum(truePositives));
    const between = (a: Float64Array, b: Float64Array) => {
      let product = 0;
      for (let i = 0; i < a.length; i++) product += (a[i] as number) * (total - (b[i] as number));
      return product;
    };
    return { missed, between, minus: (a, b, less) => between(a, b) - less };
  }
  const n = exactSum(support);
  const missed = n * (n - exactSum(truePositives));
  const between = (a: Float64Array, b: Float64Array) => {
    let product = 0n;
    for (let i = 0; i < a.length; i++) product += BigInt(a[i] as number) * (n - BigInt(b[i] as number));
    return product;
  };
  return { missed: Number(missed), between: (a, b) => Number(between(a, b)), minus: (a, b) => Number(between(a, b) - missed) };
}

function exactSum(counts: Float64Array): bigint {
  let total = 0n;
  for (const count of counts) total += BigInt(count);
  return total;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}
