import { countText } from "../util/number_text";
import { shortened } from "../util/shorten";
import type { ConfusionMatrix } from "./matrix";
import type { HistoryDatum, SeriesHistory } from "./series_history";

/** Sums of weights that differ by less than this share of the larger are the same sum, taken in another order. */
const MAX_ROUNDING = 1e-5;
const MAX_NAME_LENGTH = 40;

/**
 * What is odd about a series over its steps, told with its remedy: at most one sentence.
 *
 * A model changes what is predicted, never how many samples a true class has: where these totals change, the evaluation did.
 * Steps of other classes than the first are told by the listing, and are left out.
 */
export function historyWarnings(seriesName: string, history: SeriesHistory, classNames: readonly string[]): string[] {
  const data = comparableData(history);
  const changed = data.flatMap((datum, i) => (i > 0 && hasOtherSupport(datum, data[i - 1] as HistoryDatum) ? [i] : []));
  const first = changed[0];
  if (first === undefined) return [];
  const [before, after] = [data[first - 1] as HistoryDatum, data[first] as HistoryDatum];
  const factor = wholeFactor(before.matrix, after.matrix);
  if (factor !== null) return [accumulatedSentence(seriesName, before, after, factor)];
  if (looksSwapped(data)) return [swappedSentence(seriesName, after)];
  return [changedSentence(seriesName, before, after, changed.length, data.length, classNames)];
}

function comparableData({ data }: SeriesHistory): HistoryDatum[] {
  const first = data[0];
  return data.filter(
    (datum) => datum.matrix.numClasses === first?.matrix.numClasses && datum.classNamesHash === first.classNamesHash,
  );
}

function hasOtherSupport(a: HistoryDatum, b: HistoryDatum): boolean {
  return a.matrix.support.some((count, i) => !isSame(count, b.matrix.support[i] as number, b.matrix.isWeighted));
}

function changedClasses(a: ConfusionMatrix, b: ConfusionMatrix): number[] {
  return [...a.support.keys()].filter((i) => !isSame(a.support[i] as number, b.support[i] as number, a.isWeighted));
}

/** Samples are counted exactly, weights summed but for rounding. */
function isSame(a: number, b: number, isWeighted: boolean): boolean {
  return isWeighted ? Math.abs(a - b) <= MAX_ROUNDING * Math.max(a, b) : a === b;
}

/** How many times as many samples each class has; null where it isn't the same whole number, of 2 or more, for all. */
function wholeFactor(before: ConfusionMatrix, after: ConfusionMatrix): number | null {
  const factor = Math.round(after.total / before.total);
  if (!(factor >= 2) || !Number.isFinite(factor)) return null;
  return before.support.every((count, i) => isSame(factor * count, after.support[i] as number, after.isWeighted)) ? factor : null;
}

/** Whether it is the predicted counts that stay, as true-class totals should; a model that predicts one class alone proves nothing. */
function looksSwapped(data: readonly HistoryDatum[]): boolean {
  const [first, ...others] = data.map((datum) => datum.matrix);
  if (first === undefined || first.predictedCount.filter((count) => count > 0).length < 2) return false;
  return others.every((matrix) =>
    matrix.predictedCount.every((count, i) => isSame(count, first.predictedCount[i] as number, first.isWeighted)),
  );
}

function accumulatedSentence(seriesName: string, before: HistoryDatum, after: HistoryDatum, factor: number): string {
  return (
    `every class of ${seriesName} has ${factor} times as many samples at step ${countText(after.step)} as at step ${countText(before.step)}: ` +
    "counts accumulate over epochs, or are summed over ranks more than once; reset the metric before each evaluation, and sum once"
  );
}

function swappedSentence(seriesName: string, after: HistoryDatum): string {
  return (
    `true-class totals of ${seriesName} change from step ${countText(after.step)} on, while predicted counts never do: ` +
    "its axes may be swapped; log counts[true_class, pred_class]"
  );
}

function changedSentence(
  seriesName: string,
  before: HistoryDatum,
  after: HistoryDatum,
  numChanges: number,
  numSteps: number,
  classNames: readonly string[],
): string {
  const classes = changedClasses(before.matrix, after.matrix);
  const one = classes[0] as number;
  const [had, has] = [before, after].map((datum) => countText(datum.matrix.support[one] as number));
  const more = classes.length > 1 ? ` and ${countText(classes.length - 1)} more` : "";
  const again = numChanges > 1 ? `, and ${numChanges} times in ${countText(numSteps)} steps` : "";
  return (
    `the evaluation set of ${seriesName} changed at step ${countText(after.step)}${again}: ` +
    `“${shortened(classNames[one] ?? String(one), MAX_NAME_LENGTH)}” had ${had} samples and has ${has}${more}; ` +
    "rates before and after aren't of the same samples: evaluate on all of one set, or give another set a tag of its own"
  );
}
