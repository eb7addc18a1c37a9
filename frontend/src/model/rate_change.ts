import { SIGNIFICANT_Q } from "./comparison";
import { adjustedPValueSteps } from "./false_discovery";
import type { Interval } from "./intervals";
import { ratio } from "./normalize";
import { differenceInterval, differencePValue } from "./proportions";

const PAIRS_A_STEP = 512;

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

/** The changes of rates that are looked at together, a step at a time; weighted ones aren't tested. */
export function* rateChangeSteps(pairs: readonly RatePair[], isWeighted: boolean): Generator<void, RateChange[]> {
  const pValues = new Float64Array(pairs.length).fill(Number.NaN);
  for (let i = 0; i < pairs.length && !isWeighted; i++) {
    if (i % PAIRS_A_STEP === 0) yield;
    const { countBefore, outOfBefore, countAfter, outOfAfter } = pairs[i] as RatePair;
    pValues[i] = differencePValue(countBefore, outOfBefore, countAfter, outOfAfter);
  }
  yield;
  const adjusted = yield* adjustedPValueSteps(pValues);
  return pairs.map((pair, i) => ({
    delta: ratio(pair.countAfter, pair.outOfAfter) - ratio(pair.countBefore, pair.outOfBefore),
    // Of many changes few are looked at.
    get interval() {
      return isWeighted ? null : differenceInterval(pair.countBefore, pair.outOfBefore, pair.countAfter, pair.outOfAfter);
    },
    isSignificant: (adjusted[i] as number) <= SIGNIFICANT_Q,
  }));
}
