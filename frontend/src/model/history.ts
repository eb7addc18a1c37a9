import type { Normalize } from "./normalize";
import { ratio } from "./normalize";

/** One cell over the steps of a series, and what its rates are shares of. */
export interface CellColumns {
  readonly steps: readonly number[];
  readonly counts: readonly number[];
  readonly support: readonly number[];
  readonly predictedCount: readonly number[];
  readonly totals: readonly number[];
}

/** The cell's rate at each step; null where it is 0/0. */
export function rateHistory(columns: CellColumns, share: Exclude<Normalize, "counts">): (number | null)[] {
  const outOf = { true: columns.support, pred: columns.predictedCount, all: columns.totals }[share];
  return columns.counts.map((count, i) => {
    const rate = ratio(count, outOf[i] ?? 0);
    return Number.isNaN(rate) ? null : rate;
  });
}
