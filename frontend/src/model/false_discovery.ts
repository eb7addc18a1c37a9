/**
 * Adjusted p-values (q-values): tests with q <= 0.05 have a false discovery rate of at most 5 %. NaNs are no tests and stay NaN.
 *
 * Source: Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate, Journal of the Royal Statistical Society B 57:289-300.
 */
export function adjustedPValues(pValues: ArrayLike<number>): Float64Array {
  const adjusted = Float64Array.from(pValues);
  const sorted = adjusted.filter((p) => !Number.isNaN(p)).sort();
  const limits = new Map<number, number>();
  let smallest = 1;
  for (let rank = sorted.length; rank > 0; rank--) {
    const p = sorted[rank - 1] as number;
    smallest = Math.min(smallest, (p * sorted.length) / rank);
    limits.set(p, smallest);
  }
  return adjusted.map((p) => limits.get(p) ?? Number.NaN);
}
