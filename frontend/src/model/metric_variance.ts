import { memoise } from "../util/memoise";
import type { CountedCells } from "./matrix";
import type { OverallMetric } from "./metrics";

/** What rounding leaves of the variance of one sample where nothing varies. */
const MAX_ROUNDING = 1e-24;

const knownVariances = memoise((_: CountedCells) => new Map<string, number>());

/**
 * The variance of a metric by the multinomial delta method; NaN without samples, where the metric is undefined, and for weighted counts.
 *
 * The cells are one multinomial sample with shares p_ij; a metric with the derivatives g_ij by them has the variance
 * (sum p_ij g_ij^2 - (sum p_ij g_ij)^2) / n. Sources: Y. M. M. Bishop, S. E. Fienberg and P. W. Holland (1975), Discrete Multivariate
 * Analysis, 14.6; of kappa J. L. Fleiss, J. Cohen and B. S. Everitt (1969), Large sample standard errors of kappa and weighted kappa,
 * Psychological Bulletin 72:323-327; of F1 K. Takahashi et al. (2022), Confidence interval for micro-averaged F1 and macro-averaged F1
 * scores, Applied Intelligence 52:4961-4972.
 *
 * @param leftOut a class that averages leave out.
 */
export function metricVariance(matrix: CountedCells, metric: OverallMetric, leftOut: number | null = null): number {
  const known = knownVariances(matrix);
  const key = `${metric} ${leftOut}`;
  const value =
    known.get(key) ?? (matrix.isWeighted || matrix.cellCounts.length === 0 ? Number.NaN : deltaVariance(matrix, metric, leftOut));
  known.set(key, value);
  return value;
}

function deltaVariance(matrix: CountedCells, metric: OverallMetric, leftOut: number | null): number {
  const { cellCounts, total } = matrix;
  const slopes = cellSlopes(matrix, GRADIENTS[metric](sharesOf(matrix, leftOut)));
  let mean = 0;
  for (let cell = 0; cell < slopes.length; cell++) mean += ((cellCounts[cell] as number) / total) * (slopes[cell] as number);
  let variance = 0;
  for (let cell = 0; cell < slopes.length; cell++)
    variance += ((cellCounts[cell] as number) / total) * ((slopes[cell] as number) - mean) ** 2;
  return variance < MAX_ROUNDING ? 0 : variance / total;
}

/** The derivative of a metric by the share of each cell that isn't zero. */
function cellSlopes(matrix: CountedCells, gradient: Gradient): Float64Array {
  const byHits = matrix.support.map((_, i) => gradient.byHits(i));
  const bySupport = matrix.support.map((_, i) => gradient.bySupport(i));
  const byPredicted = matrix.support.map((_, i) => gradient.byPredicted(i));
  const slopes = new Float64Array(matrix.cellCounts.length);
  for (let row = 0; row < matrix.numClasses; row++) {
    for (let cell = matrix.rowStarts[row] as number; cell < (matrix.rowStarts[row + 1] as number); cell++) {
      const column = matrix.predClasses[cell] as number;
      const byMargins = (bySupport[row] as number) + (byPredicted[column] as number);
      slopes[cell] = row === column ? byMargins + (byHits[row] as number) : byMargins;
    }
  }
  return slopes;
}

/** The derivatives of a metric by the margins of class i: its true positives, its support, its predicted count. */
interface Gradient {
  byHits(i: number): number;
  bySupport(i: number): number;
  byPredicted(i: number): number;
}

/** The margins as shares of the total, a class each. */
interface Shares {
  readonly hits: (i: number) => number;
  readonly support: (i: number) => number;
  readonly predicted: (i: number) => number;
  readonly numClasses: number;
  /** Whether averages run over a class. */
  readonly isAveraged: (i: number) => boolean;
}

function sharesOf({ truePositives, support, predictedCount, total, numClasses }: CountedCells, leftOut: number | null): Shares {
  return {
    isAveraged: (i) => i !== leftOut,
    hits: (i) => (truePositives[i] as number) / total,
    support: (i) => (support[i] as number) / total,
    predicted: (i) => (predictedCount[i] as number) / total,
    numClasses,
  };
}

const ZERO = () => 0;

const GRADIENTS: Readonly<Record<OverallMetric, (shares: Shares) => Gradient>> = {
  accuracy: () => ({ byHits: () => 1, bySupport: ZERO, byPredicted: ZERO }),
  balancedAccuracy: (shares) => meanOfQuotients(shares, shares.support, "bySupport", numOf(shares, shares.support)),
  macroRecall: (shares) => meanOfQuotients(shares, shares.support, "bySupport", numOccurring(shares)),
  macroPrecision: (shares) => meanOfQuotients(shares, shares.predicted, "byPredicted", numOccurring(shares)),
  macroF1: (shares) => {
    const numAveraged = numOccurring(shares);
    const byMargin = (i: number) => orZero(-f1Of(shares, i) / marginsOf(shares, i)) / numAveraged;
    return averaged(shares, {
      byHits: (i) => orZero(2 / marginsOf(shares, i)) / numAveraged,
      bySupport: byMargin,
      byPredicted: byMargin,
    });
  },
  weightedF1: (shares) => {
    const [weight, weighted] = weightedF1Sums(shares);
    const byMargin = (i: number) => orZero((-shares.support(i) * f1Of(shares, i)) / marginsOf(shares, i)) / weight;
    return averaged(shares, {
      byHits: (i) => orZero((2 * shares.support(i)) / marginsOf(shares, i)) / weight,
      bySupport: (i) => (orZero(f1Of(shares, i)) - weighted / weight) / weight + byMargin(i),
      byPredicted: byMargin,
    });
  },
  cohenKappa: (shares) => {
    const { missed, between } = disagreements(shares);
    const byChance = -missed / between ** 2;
    return {
      byHits: () => 1 / between,
      bySupport: (i) => byChance * shares.predicted(i),
      byPredicted: (i) => byChance * shares.support(i),
    };
  },
  mcc: (shares) => {
    const { missed, between, ofSupport, ofPredicted } = disagreements(shares);
    const scale = Math.sqrt(ofSupport * ofPredicted);
    const correlation = (between - missed) / scale;
    return {
      byHits: () => 1 / scale,
      bySupport: (i) => -shares.predicted(i) / scale + (correlation * shares.support(i)) / ofSupport,
      byPredicted: (i) => -shares.support(i) / scale + (correlation * shares.predicted(i)) / ofPredicted,
    };
  },
};

/** A class that is left out moves no average. */
function averaged({ isAveraged }: Shares, gradient: Gradient): Gradient {
  const ofAveraged = (slope: (i: number) => number) => (i: number) => (isAveraged(i) ? slope(i) : 0);
  return {
    byHits: ofAveraged(gradient.byHits),
    bySupport: ofAveraged(gradient.bySupport),
    byPredicted: ofAveraged(gradient.byPredicted),
  };
}

/** The support of the classes averaged over, and the sum of their F1 weighted by it. */
function weightedF1Sums(shares: Shares): [weight: number, weighted: number] {
  let [weight, weighted] = [0, 0];
  for (let i = 0; i < shares.numClasses; i++) {
    if (!shares.isAveraged(i)) continue;
    weight += shares.support(i);
    weighted += shares.support(i) * orZero(f1Of(shares, i));
  }
  return [weight, weighted];
}

/** Of a mean of hits / margin, where the margin is the support or the predicted count. */
function meanOfQuotients(
  shares: Shares,
  margin: (i: number) => number,
  byMargin: "bySupport" | "byPredicted",
  numAveraged: number,
): Gradient {
  return averaged(shares, {
    byHits: (i) => orZero(1 / margin(i)) / numAveraged,
    bySupport: ZERO,
    byPredicted: ZERO,
    [byMargin]: (i: number) => orZero(-shares.hits(i) / margin(i) ** 2) / numAveraged,
  });
}

/** How often labels and predictions differ, and two labels drawn from the margins. */
function disagreements({ hits, support, predicted, numClasses }: Shares) {
  let [right, between, ofSupport, ofPredicted] = [0, 0, 0, 0];
  for (let i = 0; i < numClasses; i++) {
    right += hits(i);
    between += support(i) * (1 - predicted(i));
    ofSupport += support(i) * (1 - support(i));
    ofPredicted += predicted(i) * (1 - predicted(i));
  }
  return { missed: 1 - right, between, ofSupport, ofPredicted };
}

function marginsOf({ support, predicted }: Shares, i: number): number {
  return support(i) + predicted(i);
}

function f1Of(shares: Shares, i: number): number {
  return (2 * shares.hits(i)) / marginsOf(shares, i);
}

function numOccurring(shares: Shares): number {
  return numOf(shares, (i) => marginsOf(shares, i));
}

function numOf({ numClasses, isAveraged }: Shares, margin: (i: number) => number): number {
  let howMany = 0;
  for (let i = 0; i < numClasses; i++) if (isAveraged(i) && margin(i) > 0) howMany++;
  return howMany;
}

/** Classes without samples are constant in averages: 0/0 counts as 0 there. */
function orZero(slope: number): number {
  return Number.isFinite(slope) ? slope : 0;
}
