import { type Arrangement, countBetween } from "./arrangement";
import { sumOver } from "./baseline";
import { expanded } from "./compact_matrix";
import type { ConfusionMatrix } from "./matrix";
import { ratio } from "./normalize";
import { cellHistory, cellRates, dataOf, type HistoryDatum, type SeriesHistory } from "./series_history";

/** An entry that a class is confused with, and how often. */
export interface Partner {
  readonly entry: number;
  readonly count: number;
  readonly rate: number;
}

/** What a class is most often taken for, as shares of the class. */
export function takenFor(arranged: ConfusionMatrix, entry: number, limit: number): Partner[] {
  return partners(arranged, limit, arranged.support[entry] ?? 0, (other) => ({ trueClass: entry, predClass: other }), entry);
}

/** What is most often taken for a class, as shares of what was predicted as it. */
export function mistakenFor(arranged: ConfusionMatrix, entry: number, limit: number): Partner[] {
  const outOf = arranged.predictedCount[entry] ?? 0;
  return partners(arranged, limit, outOf, (other) => ({ trueClass: other, predClass: entry }), entry);
}

function partners(
  arranged: ConfusionMatrix,
  limit: number,
  outOf: number,
  cellOf: (other: number) => { trueClass: number; predClass: number },
  self: number,
): Partner[] {
  return Array.from({ length: arranged.numClasses }, (_, entry) => ({ entry, count: arranged.countAt(cellOf(entry)) }))
    .filter(({ entry, count }) => entry !== self && count > 0)
    .sort((a, b) => b.count - a.count || a.entry - b.entry)
    .slice(0, limit)
    .map(({ entry, count }) => ({ entry, count, rate: ratio(count, outOf) }));
}

/** The step at which a class was known best, and where its samples have gone since. */
export interface BestStep {
  readonly step: number;
  readonly recall: number;
  /** Entries that more of its samples are taken for than then: the rise of the rate, largest first. */
  readonly lostTo: readonly { readonly entry: number; readonly rise: number }[];
}

/** Null without a step before the present one, or where the present one is the best. */
export function bestStepOf(
  history: SeriesHistory,
  arrangement: Arrangement,
  entry: number,
  now: ConfusionMatrix,
  step: number,
  limit: number,
): BestStep | null {
  const ofClass = arrangement.entries[entry];
  if (!ofClass) return null;
  const recalls = cellRates(cellHistory(history, arrangement, ofClass, ofClass), "true");
  const data = dataOf(history, arrangement).map((datum, i) => ({ datum, recall: recalls[i] ?? Number.NaN }));
  const earlier = data.filter(({ datum, recall }) => datum.step < step && !Number.isNaN(recall));
  const best = earlier.reduce<(typeof data)[number] | null>(
    (one, other) => (one && one.recall >= other.recall ? one : other),
    null,
  );
  const present = ratio(countBetween(now, ofClass, ofClass), sumOver(now.support, ofClass.classes));
  if (!best || !(best.recall > present)) return null;
  return { step: best.datum.step, recall: best.recall, lostTo: risesSince(best.datum, arrangement, entry, now).slice(0, limit) };
}

function risesSince(
  best: HistoryDatum,
  arrangement: Arrangement,
  entry: number,
  now: ConfusionMatrix,
): { entry: number; rise: number }[] {
  const [before, after] = [arrangement.matrix(expanded(best.matrix)), arrangement.matrix(now)];
  const rateIn = (matrix: ConfusionMatrix, other: number) =>
    ratio(matrix.countAt({ trueClass: entry, predClass: other }), matrix.support[entry] ?? 0);
  return arrangement.entries
    .map((_, other) => ({ entry: other, rise: rateIn(after, other) - rateIn(before, other) }))
    .filter(({ entry: other, rise }) => other !== entry && rise > 0)
    .sort((a, b) => b.rise - a.rise);
}
