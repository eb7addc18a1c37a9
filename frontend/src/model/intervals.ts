export type Interval = readonly [number, number];

/** The 0.975 quantile of the standard normal distribution: two-sided 95 %. */
export const Z_95 = 1.959963984540054;

/**
 * The 95 % score interval of a proportion; null where there are no samples.
 *
 * Source: E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22:209-212.
 */
export function wilsonInterval(successes: number, trials: number): Interval | null {
  if (!(trials > 0)) return null;
  const rate = successes / trials;
  const z2n = Z_95 ** 2 / trials;
  const centre = (rate + z2n / 2) / (1 + z2n);
  const halfWidth = Math.sqrt(rate * (1 - rate) * z2n + z2n ** 2 / 4) / (1 + z2n);
  // At 0 and n the bound is 0 or 1 exactly; the formula leaves a rounding error there.
  return [rate === 0 ? 0 : centre - halfWidth, rate === 1 ? 1 : centre + halfWidth];
}
