const SERIES_MAX = 2;
// Enough for 16 digits from SERIES_MAX on; fewer terms would do further out.
const NUM_FRACTIONS = 80;

/**
 * The complementary error function of x >= 0, to about 14 digits down to the smallest doubles.
 *
 * Source: NIST Digital Library of Mathematical Functions, 7.6.2 (series of erf) and 7.9.1 (continued fraction of erfc).
 */
export function erfc(x: number): number {
  if (!(x >= 0)) return Number.NaN;
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
  return x < SERIES_MAX ? 1 - 2 * scale * erfSeries(x) : scale / continuedFraction(x);
}

/** The sum of 2^n x^(2n + 1) / (2n + 1)!! over n. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return sum;
}

/** x + (1/2) / (x + 1 / (x + (3/2) / (x + ...))), from the inside out. */
function continuedFraction(x: number): number {
  let value = x;
  for (let n = NUM_FRACTIONS; n > 0; n--) value = x + n / 2 / value;
  return value;
}
