import type { Arrangement } from "./arrangement";
import { SIGNIFICANT_Q } from "./comparison";
import { adjustedPValueSteps } from "./false_discovery";
import { classRates, type Margins } from "./metrics";
import { ratio } from "./normalize";
import { differencePValue } from "./proportions";
import { dataOf, marginsUnder, type SeriesHistory } from "./series_history";

const ENTRIES_A_STEP = 512;

/** A class that was once known better. */
export interface Forgotten {
  readonly entry: number;
  /** From here on its recall lies below its best by more than chance would explain. */
  readonly step: number;
  readonly bestStep: number;
  readonly bestRecall: number;
}

const known = new WeakMap<SeriesHistory, { arrangement: Arrangement; forgotten: readonly Forgotten[] }>();

/**
 * The classes whose recall at the last step lies significantly below their best step before it, and whose F1 has fallen too.
 *
 * Each class is tested at the last step against its best earlier one (two-sided, unpaired). Since the best of several steps is lucky
 * in part, its p-value is multiplied by their number (Bonferroni); of all classes those are taken that hold at a false discovery rate
 * of 5 % (Benjamini-Hochberg). The fall is told from the first step from which on every one lies below that best, each tested in the
 * same way but by itself. Weighted samples aren't tested. There may be some ten thousand classes to test: so it goes a step at a time.
 */
export function* forgottenSteps(history: SeriesHistory, arrangement: Arrangement): Generator<void, readonly Forgotten[]> {
  const last = known.get(history);
  if (last?.arrangement === arrangement) return last.forgotten;
  const forgotten = yield* findForgotten(history, arrangement);
  known.set(history, { arrangement, forgotten });
  return forgotten;
}

function* findForgotten(history: SeriesHistory, arrangement: Arrangement): Generator<void, Forgotten[]> {
  const margins: Margins[] = [];
  const data = dataOf(history, arrangement);
  for (const { matrix } of data) {
    margins.push(marginsUnder(matrix, arrangement));
    yield;
  }
  if (margins.some((one) => one.isWeighted)) return [];
  const bests = yield* bestsBeforeLast(margins, arrangement.entries.length);
  const adjusted = yield* adjustedPValueSteps(Float64Array.from(bests, (best) => best?.pValue ?? Number.NaN));
  return bests.flatMap((best, entry) => {
    if (best === null || !((adjusted[entry] as number) <= SIGNIFICANT_Q) || !best.isFall) return [];
    const [since, at] = [data[fallenSince(margins, entry, best)], data[best.at]];
    return since && at ? [{ entry, step: since.step, bestStep: at.step, bestRecall: recallAt(margins, entry, best.at) }] : [];
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

function recallAt(margins: readonly Margins[], entry: number, at: number): number {
  const { truePositives, support } = margins[at] as Margins;
  return ratio(truePositives[entry] as number, support[entry] as number);
}

function f1At(margins: readonly Margins[], entry: number, at: number): number {
  return classRates(margins[at] as Margins, entry).f1;
}

/** Of "both steps are as good". */
function pValueOf(margins: readonly Margins[], entry: number, before: number, after: number): number {
  const [a, b] = [margins[before] as Margins, margins[after] as Margins];
  return differencePValue(
    a.truePositives[entry] as number,
    a.support[entry] as number,
    b.truePositives[entry] as number,
    b.support[entry] as number,
  );
}

/** Each class's best step before the last, the first of equals; null where there is nothing to test. */
function* bestsBeforeLast(margins: readonly Margins[], numEntries: number): Generator<void, (Best | null)[]> {
  const lastAt = margins.length - 1;
  const last = margins[lastAt];
  const [bestAt, numTried] = [new Int32Array(numEntries).fill(-1), new Uint32Array(numEntries)];
  const most = new Float64Array(numEntries).fill(-1);
  // Step after step, as they lie in memory: there may be a million of them.
  for (let at = 0; at < lastAt; at++) {
    const { truePositives, support } = margins[at] as Margins;
    for (let entry = 0; entry < numEntries; entry++) {
      const samples = support[entry] as number;
      if (samples === 0) continue;
      numTried[entry] = (numTried[entry] as number) + 1;
      const recall = (truePositives[entry] as number) / samples;
      if (recall > (most[entry] as number)) [bestAt[entry], most[entry]] = [at, recall];
    }
    yield;
  }
  const bests: (Best | null)[] = [];
  for (let entry = 0; entry < numEntries; entry++) {
    if (entry % ENTRIES_A_STEP === 0) yield;
    const at = bestAt[entry] as number;
    if (at < 0 || last === undefined || last.support[entry] === 0) {
      bests.push(null);
      continue;
    }
    const tried = numTried[entry] as number;
    const pValue = Math.min(1, tried * pValueOf(margins, entry, at, lastAt));
    // A net that predicts one class alone has all of its samples right, and knows none: its F1 says so.
    const isFall =
      recallAt(margins, entry, lastAt) < (most[entry] as number) && f1At(margins, entry, lastAt) < f1At(margins, entry, at);
    bests.push({ at, numTried: tried, pValue, isFall });
  }
  return bests;
}

/** The first of the steps at the end that all lie below the best; one without samples says nothing either way. */
function fallenSince(margins: readonly Margins[], entry: number, { at: best, numTried }: Best): number {
  const isBelow = (at: number) =>
    recallAt(margins, entry, at) < recallAt(margins, entry, best) && numTried * pValueOf(margins, entry, best, at) <= SIGNIFICANT_Q;
  let since = margins.length - 1;
  for (let at = since - 1; at > best; at--) {
    if ((margins[at] as Margins).support[entry] === 0) continue;
    if (!isBelow(at)) break;
    since = at;
  }
  return since;
}
