import { countText } from "../util/number_text";
import { shortened } from "../util/shorten";
import type { SeriesHistory } from "./series_history";

/** Sums of weights that differ by less than this share of the larger are the same sum, taken in another order. */
const MAX_ROUNDING = 1e-5;
const MAX_NAME_LENGTH = 40;

/**
 * What is odd about a series over its steps, told with its remedy: at most one sentence.
 *
 * A model changes what is predicted, never how many samples a true class has: where these totals change, the evaluation did.
 * Steps of other classes than the first are told by the listing, and are left out. So is the special class: a detector's background is
 * as often the true class as the model finds what isn't there.
 */
export function historyWarnings(
  seriesName: string,
  history: SeriesHistory,
  classNames: readonly string[],
  specialClass: number | null = null,
): string[] {
  const data = comparableData(history, specialClass);
  const changed = data.flatMap((datum, i) => (i > 0 && hasOtherSupport(datum, data[i - 1] as StepTotals) ? [i] : []));
  const first = changed[0];
  if (first === undefined) return [];
  const [before, after] = [data[first - 1] as StepTotals, data[first] as StepTotals];
  const factor = wholeFactor(before, after);
  if (factor !== null) return [accumulatedSentence(seriesName, before, after, factor)];
  if (looksSwapped(data)) return [swappedSentence(seriesName, after)];
  return [changedSentence(seriesName, before, after, changed.length, data.length, classNames)];
}

/** The totals of each class at a step; zeros for the special class, which has none that should stay. */
interface StepTotals {
  readonly step: number;
  readonly support: Float64Array;
  readonly predictedCount: Float64Array;
  readonly isWeighted: boolean;
}

function comparableData({ data }: SeriesHistory, specialClass: number | null): StepTotals[] {
  const first = data[0];
  return data
    .filter((datum) => datum.matrix.numClasses === first?.matrix.numClasses && datum.classNamesHash === first.classNamesHash)
    .map(({ step, matrix }) => ({
      step,
      support: without(matrix.support, specialClass),
      predictedCount: without(matrix.predictedCount, specialClass),
      isWeighted: matrix.isWeighted,
    }));
}

function without(counts: Float64Array, specialClass: number | null): Float64Array {
  if (specialClass === null) return counts;
  const others = counts.slice();
  others[specialClass] = 0;
  return others;
}

function hasOtherSupport(a: StepTotals, b: StepTotals): boolean {
  return a.support !== b.support && a.support.some((count, i) => !isSame(count, b.support[i] as number, b.isWeighted));
}

function changedClasses(a: StepTotals, b: StepTotals): number[] {
  return [...a.support.keys()].filter((i) => !isSame(a.support[i] as number, b.support[i] as number, a.isWeighted));
}

/** Samples are counted exactly, weights summed but for rounding. */
function isSame(a: number, b: number, isWeighted: boolean): boolean {
  return isWeighted ? Math.abs(a - b) <= MAX_ROUNDING * Math.max(a, b) : a === b;
}

/** How many times as many samples each class has; null where it isn't the same whole number, of 2 or more, for all. */
function wholeFactor(before: StepTotals, after: StepTotals): number | null {
  const [had, has] = [before, after].map(({ support }) => support.reduce((sum, count) => sum + count, 0)) as [number, number];
  const factor = Math.round(has / had);
  if (!(factor >= 2) || !Number.isFinite(factor)) return null;
  return before.support.every((count, i) => isSame(factor * count, after.support[i] as number, after.isWeighted)) ? factor : null;
}

/** Whether it is the predicted counts that stay, as true-class totals should; a model that predicts one class alone proves nothing. */
function looksSwapped([first, ...others]: readonly StepTotals[]): boolean {
  if (first === undefined || first.predictedCount.filter((count) => count > 0).length < 2) return false;
  return others.every((one) =>
    one.predictedCount.every((count, i) => isSame(count, first.predictedCount[i] as number, first.isWeighted)),
  );
}

function accumulatedSentence(seriesName: string, before: StepTotals, after: StepTotals, factor: number): string {
  return (
    `every class of ${seriesName} has ${factor} times as many samples at step ${countText(after.step)} as at step ${countText(before.step)}: ` +
    "counts accumulate over epochs, or are summed over ranks more than once; reset the metric before each evaluation, and sum once"
  );
}

function swappedSentence(seriesName: string, after: StepTotals): string {
  return (
    `true-class totals of ${seriesName} change from step ${countText(after.step)} on, while predicted counts never do: ` +
    "its axes may be swapped; log counts[true_class, pred_class]"
  );
}

function changedSentence(
  seriesName: string,
  before: StepTotals,
  after: StepTotals,
  numChanges: number,
  numSteps: number,
  classNames: readonly string[],
): string {
  const classes = changedClasses(before, after);
  const one = classes[0] as number;
  const [had, has] = [before, after].map(({ support }) => countText(support[one] as number));
  const more = classes.length > 1 ? ` and ${countText(classes.length - 1)} more` : "";
  const again = numChanges > 1 ? `, and ${numChanges} times in ${countText(numSteps)} steps` : "";
  return (
    `the evaluation set of ${seriesName} changed at step ${countText(after.step)}${again}: ` +
    `“${shortened(classNames[one] ?? String(one), MAX_NAME_LENGTH)}” had ${had} samples and has ${has}${more}; ` +
    "rates before and after aren't of the same samples: evaluate on all of one set, or give another set a tag of its own"
  );
}
