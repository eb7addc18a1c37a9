import { firstFrom } from "../util/sorted";

const VALUES_A_STEP = 4096;

/**
 * Adjusted p-values (q-values): tests with q <= 0.05 have a false discovery rate of at most 5 %. NaNs are no tests and stay NaN.
 * They come a step at a time.
 *
 * Source: Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate, Journal of the Royal Statistical Society B 57:289-300.
 */
export function* adjustedPValueSteps(pValues: ArrayLike<number>): Generator<void, Float64Array> {
  const adjusted = Float64Array.from(pValues);
  const sorted = adjusted.filter((p) => !Number.isNaN(p)).sort();
  yield;
  const limits = new Float64Array(sorted.length);
  let smallest = 1;
  for (let i = sorted.length - 1; i >= 0; i--) {
    smallest = Math.min(smallest, ((sorted[i] as number) * sorted.length) / (i + 1));
    limits[i] = smallest;
  }
  for (let i = 0; i < adjusted.length; i++) {
    if (i % VALUES_A_STEP === 0) yield;
    const p = adjusted[i] as number;
    if (!Number.isNaN(p)) adjusted[i] = limits[firstFrom(sorted, 0, sorted.length, p)] as number;
  }
  return adjusted;
}
