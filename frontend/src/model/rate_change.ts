import { SIGNIFICANT_Q } from "./comparison";
import { adjustedPValues } from "./false_discovery";
import type { Interval } from "./intervals";
import { ratio } from "./normalize";
import { differenceInterval, differencePValue } from "./proportions";

/** A rate before and after. */
export interface RatePair {
  readonly countBefore: number;
  readonly outOfBefore: number;
  readonly countAfter: number;
  readonly outOfAfter: number;
}

/** How a rate has changed; NaN where either is 0/0. */
export interface RateChange {
  readonly delta: number;
  /** Newcombe's interval; null for weighted samples and 0/0. */
  readonly interval: Interval | null;
  /** At a false discovery rate of 5 % over all that were tested together. */
  readonly isSignificant: boolean;
}

/** The changes of rates that are looked at together; weighted ones aren't tested. */
export function rateChanges(pairs: readonly RatePair[], isWeighted: boolean): RateChange[] {
  const pValues = pairs.map((pair) =>
    isWeighted ? Number.NaN : differencePValue(pair.countBefore, pair.outOfBefore, pair.countAfter, pair.outOfAfter),
  );
  const adjusted = adjustedPValues(pValues);
  return pairs.map((pair, i) => ({
    delta: ratio(pair.countAfter, pair.outOfAfter) - ratio(pair.countBefore, pair.outOfBefore),
    interval: isWeighted ? null : differenceInterval(pair.countBefore, pair.outOfBefore, pair.countAfter, pair.outOfAfter),
    isSignificant: (adjusted[i] as number) <= SIGNIFICANT_Q,
  }));
}
