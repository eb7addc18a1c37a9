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
  const changes: RateChange[] = [];
  for (const pair of pairs) {
    if (changes.length % PAIRS_A_STEP === 0) yield;
    changes.push(new PairChange(pair, isWeighted, (adjusted[changes.length] as number) <= SIGNIFICANT_Q));
  }
  return changes;
}

/** Of many changes few are looked at: an interval is worked out when it is. */
class PairChange implements RateChange {
  readonly delta: number;

  constructor(
    private readonly pair: RatePair,
    private readonly isWeighted: boolean,
    readonly isSignificant: boolean,
  ) {
    this.delta = ratio(pair.countAfter, pair.outOfAfter) - ratio(pair.countBefore, pair.outOfBefore);
  }

  get interval(): Interval | null {
    const { countBefore, outOfBefore, countAfter, outOfAfter } = this.pair;
    return this.isWeighted ? null : differenceInterval(countBefore, outOfBefore, countAfter, outOfAfter);
  }
}
