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

/** A class over the steps: samples that were predicted right, out of how many. */
interface Hits {
  readonly numSteps: number;
  right(at: number): number;
  support(at: number): number;
}

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
  const numSteps = margins.length;
  const hitsOf = (entry: number): Hits => ({
    numSteps,
    right: (at) => margins[at]?.truePositives[entry] as number,
    support: (at) => margins[at]?.support[entry] as number,
  });
  const bests = arrangement.entries.map((_, entry) => bestBeforeLast(hitsOf(entry)));
  const adjusted = adjustedPValues(bests.map((best) => best?.pValue ?? Number.NaN));
  return bests.flatMap((best, entry) => {
    if (best === null || !((adjusted[entry] as number) <= SIGNIFICANT_Q) || !best.isFall) return [];
    const hits = hitsOf(entry);
    const [since, at] = [data[fallenSince(hits, best)], data[best.at]];
    return since && at ? [{ entry, step: since.step, bestStep: at.step, bestRecall: recallAt(hits, best.at) }] : [];
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

function recallAt(hits: Hits, at: number): number {
  return ratio(hits.right(at), hits.support(at));
}

/** Of "both steps are as good". */
function pValueOf(hits: Hits, before: number, after: number): number {
  return differencePValue(hits.right(before), hits.support(before), hits.right(after), hits.support(after));
}

/** The best step before the last, the first of equals; null where there is nothing to test. */
function bestBeforeLast(hits: Hits): Best | null {
  const last = hits.numSteps - 1;
  if (last < 0 || hits.support(last) === 0) return null;
  let [at, numTried, most] = [-1, 0, -1];
  for (let i = 0; i < last; i++) {
    if (hits.support(i) === 0) continue;
    numTried += 1;
    const recall = recallAt(hits, i);
    if (recall > most) [at, most] = [i, recall];
  }
  if (at < 0) return null;
  const isFall = recallAt(hits, last) < most;
  // What hasn't fallen isn't forgotten, whatever the test says; it counts among the tests all the same.
  return { at, numTried, pValue: Math.min(1, numTried * pValueOf(hits, at, last)), isFall };
}

/** The first of the steps at the end that all lie below the best; one without samples says nothing either way. */
function fallenSince(hits: Hits, { at: best, numTried }: Best): number {
  const isBelow = (at: number) => recallAt(hits, at) < recallAt(hits, best) && numTried * pValueOf(hits, best, at) <= SIGNIFICANT_Q;
  let since = hits.numSteps - 1;
  for (let at = since - 1; at > best; at--) {
    if (hits.support(at) === 0) continue;
    if (!isBelow(at)) break;
    since = at;
  }
  return since;
}
