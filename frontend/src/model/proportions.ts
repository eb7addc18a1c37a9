import { erfc } from "./erfc";
import { type Interval, wilsonInterval } from "./intervals";

/** Below this expected count the normal approximation declares false differences, above all where the sizes differ. */
const MIN_EXPECTED = 5;
/** Tables as probable as the observed one, but for rounding, count as such. */
const TIE = 1 + 1e-7;

/**
 * The 95 % hybrid score interval of the difference of two independent proportions, B minus A; null where either has no samples.
 *
 * Source: R. G. Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in Medicine
 * 17:873-890, method 10.
 */
export function differenceInterval(successesA: number, trialsA: number, successesB: number, trialsB: number): Interval | null {
  const intervalA = wilsonInterval(successesA, trialsA);
  const intervalB = wilsonInterval(successesB, trialsB);
  if (intervalA === null || intervalB === null) return null;
  const rateA = successesA / trialsA;
  const rateB = successesB / trialsB;
  const below = Math.hypot(rateB - intervalB[0], intervalA[1] - rateA);
  const above = Math.hypot(intervalB[1] - rateB, rateA - intervalA[0]);
  return [Math.max(rateB - rateA - below, -1), Math.min(rateB - rateA + above, 1)];
}

/**
 * The two-sided p-value of "both proportions are equal"; NaN where either has no samples.
 *
 * The pooled two-proportion z test (chi square with one degree of freedom, uncorrected); Fisher's exact test where an expected count of
 * the 2×2 table is below 5.
 */
export function differencePValue(successesA: number, trialsA: number, successesB: number, trialsB: number): number {
  if (!(trialsA > 0 && trialsB > 0)) return Number.NaN;
  const total = trialsA + trialsB;
  const successes = successesA + successesB;
  const smallestMargins = Math.min(trialsA, trialsB) * Math.min(successes, total - successes);
  if (smallestMargins / total < MIN_EXPECTED) return fisherPValue(successesA, trialsA, successesB, trialsB);
  const rate = successes / total;
  const variance = rate * ((total - successes) / total) * (1 / trialsA + 1 / trialsB);
  return erfc(Math.abs(successesB / trialsB - successesA / trialsA) / Math.sqrt(2 * variance));
}

/**
 * Fisher's exact test, two-sided: the probability of all tables with these margins that aren't more probable than the observed one.
 *
 * R. A. Fisher (1935), The logic of inductive inference, Journal of the Royal Statistical Society 98:39-82. The hypergeometric weights
 * follow from each other by their ratios, so that no logarithm of a factorial takes digits away. The cell counted is the one
 * expected least often: its smallest possible count is 0, and its weights vanish after some 200 steps where the test is used.
 */
function fisherPValue(successesA: number, trialsA: number, successesB: number, trialsB: number): number {
  const row = Math.min(trialsA, trialsB);
  const successes = successesA + successesB;
  const failures = trialsA + trialsB - successes;
  const column = Math.min(successes, failures);
  const inRow = trialsA <= trialsB ? successesA : successesB;
  const observed = successes <= failures ? inRow : row - inRow;
  const weights = hypergeometricWeights(row, column, trialsA + trialsB - row - column);
  const limit = (weights[observed] ?? 0) * TIE;
  let total = 0;
  let asExtreme = 0;
  for (const weight of weights) {
    total += weight;
    if (weight <= limit) asExtreme += weight;
  }
  return asExtreme / total;
}

/** Weights of the counts 0, 1, ... of a table's cell, as multiples of the first, as far as they are more than 0. */
function hypergeometricWeights(row: number, column: number, rest: number): number[] {
  const weights = [1];
  let weight = 1;
  for (let count = 0; count < Math.min(row, column); count++) {
    weight *= ((row - count) / (count + 1)) * ((column - count) / (rest + count + 1));
    if (weight === 0) break;
    weights.push(weight);
  }
  return weights;
}
