import type { Arrangement } from "./arrangement";
import { SIGNIFICANT_Q } from "./comparison";
import { adjustedPValues } from "./false_discovery";
import { ratio } from "./normalize";
import { differencePValue } from "./proportions";
import { dataOf, marginsUnder, type SeriesHistory } from "./series_history";

/** A class that was once known better. */
export interface Forgotten {
  readonly entry: number;
  /** From here on its recall lies below its best by more than chance would explain. */
  readonly step: number;
  readonly bestStep: number;
  readonly bestRecall: number;
}

/** Samples that were predicted right, out of how many. */
type Hits = readonly [right: number, support: number];

const known = new WeakMap<SeriesHistory, { arrangement: Arrangement; forgotten: readonly Forgotten[] }>();

/**
 * The classes whose recall at the last step lies significantly below their best step before it.
 *
 * Each class is tested at the last step against its best earlier one (two-sided, unpaired). Since the best of several steps is lucky
 * in part, its p-value is multiplied by their number (Bonferroni); of all classes those are taken that hold at a false discovery rate
 * of 5 % (Benjamini-Hochberg). The fall is told from the first step from which on every one lies below that best, each tested in the
 * same way but by itself. Weighted samples aren't tested.
 */
export function forgottenClasses(history: SeriesHistory, arrangement: Arrangement): readonly Forgotten[] {
  const last = known.get(history);
  if (last?.arrangement === arrangement) return last.forgotten;
  const forgotten = findForgotten(history, arrangement);
  known.set(history, { arrangement, forgotten });
  return forgotten;
}

function findForgotten(history: SeriesHistory, arrangement: Arrangement): Forgotten[] {
  const data = dataOf(history, arrangement);
  const margins = data.map((datum) => marginsUnder(datum.matrix, arrangement));
  if (margins.some((one) => one.isWeighted)) return [];
  const hitsOf = (entry: number) =>
    margins.map(({ truePositives, support }): Hits => [truePositives[entry] as number, support[entry] as number]);
  const bests = arrangement.entries.map((_, entry) => bestBeforeLast(hitsOf(entry)));
  const adjusted = adjustedPValues(bests.map((best) => best?.pValue ?? Number.NaN));
  return bests.flatMap((best, entry) => {
    if (best === null || !((adjusted[entry] as number) <= SIGNIFICANT_Q) || !best.isFall) return [];
    const hits = hitsOf(entry);
    const [since, at] = [data[fallenSince(hits, best)], data[best.at]];
    return since && at ? [{ entry, step: since.step, bestStep: at.step, bestRecall: ratio(...(hits[best.at] as Hits)) }] : [];
  });
}

interface Best {
  readonly at: number;
  /** How many steps it is the best of. */
  readonly numTried: number;
  /** Of "the last step is as good", corrected for having chosen the best of several. */
  readonly pValue: number;
  readonly isFall: boolean;
}

/** The best step before the last, the first of equals; null where there is nothing to test. */
function bestBeforeLast(hits: readonly Hits[]): Best | null {
  const last = hits.at(-1);
  if (last === undefined || last[1] === 0) return null;
  let [at, numTried] = [-1, 0];
  hits.slice(0, -1).forEach((one, i) => {
    if (one[1] === 0) return;
    numTried += 1;
    if (at < 0 || ratio(...one) > ratio(...(hits[at] as Hits))) at = i;
  });
  const best = hits[at];
  if (best === undefined) return null;
  const pValue = Math.min(1, numTried * differencePValue(...best, ...last));
  return { at, numTried, pValue, isFall: ratio(...last) < ratio(...best) };
}

/** The first of the steps at the end that all lie below the best; one without samples says nothing either way. */
function fallenSince(hits: readonly Hits[], { at: bestAt, numTried }: Best): number {
  const best = hits[bestAt] as Hits;
  const isBelow = (one: Hits) => ratio(...one) < ratio(...best) && numTried * differencePValue(...best, ...one) <= SIGNIFICANT_Q;
  let since = hits.length - 1;
  for (let at = since - 1; at > bestAt; at--) {
    const one = hits[at] as Hits;
    if (one[1] === 0) continue;
    if (!isBelow(one)) break;
    since = at;
  }
  return since;
}
