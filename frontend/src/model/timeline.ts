import { memoise } from "../util/memoise";
import { countText, intervalText, percentText } from "../util/number_text";
import { shortened } from "../util/shorten";
import type { Arrangement } from "./arrangement";
import { type Interval, wilsonInterval } from "./intervals";
import type { CountedCells } from "./matrix";
import { metricInterval } from "./metric_intervals";
import { classMetrics, type Margins, type MatrixMetrics, matrixMetrics, type OverallMetric } from "./metrics";
import { dataOf, marginsUnder, type SeriesHistory } from "./series_history";

export const CLASS_RATES = ["recall", "precision", "f1", "predicted_share"] as const;
/** What the Timeline colours classes by. */
export type ClassRate = (typeof CLASS_RATES)[number];

/** A rate, what it is out of (null: not a share of samples), and its interval. */
export interface TimelineCell {
  readonly rate: number;
  readonly outOf: number | null;
  readonly interval: Interval | null;
}

/** A series over its steps, class by class. */
export interface Timeline {
  readonly rate: ClassRate;
  readonly steps: readonly number[];
  readonly numRows: number;
  /** Step after step, a rate an entry; NaN where it is 0/0. */
  readonly rates: Float64Array;
  /** Of the rates; 0 where there is none. */
  readonly largest: number;
  /** Of the entries, a step each. */
  readonly margins: readonly Margins[];
  /** As they were logged. */
  readonly matrices: readonly CountedCells[];
  /** Of the whole matrices. */
  readonly overall: readonly MatrixMetrics[];
  /** The class that averages leave out. */
  readonly leftOut: number | null;
  /** Whether any step counts weights, which have no interval and no test. */
  readonly isWeighted: boolean;
}

/** An overall metric over the steps of some timelines. */
export interface OverallLines {
  readonly metric: OverallMetric;
  /** One a step. */
  readonly intervals: ReadonlyMap<Timeline, readonly (Interval | null)[]>;
  /** What the lines run over, from a round value to another. */
  readonly range: readonly [number, number];
}

/** A longer name would push the figures out of sight. */
const MAX_NAME_LENGTH = 40;

const known = new WeakMap<SeriesHistory, { key: string; arrangement: Arrangement; timeline: Timeline }>();

/** The classes of a series over some steps (null: all), a step at a time; steps of other classes are left out. */
export function* timelineSteps(
  history: SeriesHistory,
  arrangement: Arrangement,
  rate: ClassRate,
  range: readonly [number, number] | null,
  leftOut: number | null = null,
): Generator<void, Timeline> {
  const key = `${rate} ${range} ${leftOut}`;
  const last = known.get(history);
  if (last?.key === key && last.arrangement === arrangement) return last.timeline;
  const timeline = yield* makeTimeline(history, arrangement, rate, range, leftOut);
  known.set(history, { key, arrangement, timeline });
  return timeline;
}

function* makeTimeline(
  history: SeriesHistory,
  arrangement: Arrangement,
  rate: ClassRate,
  range: readonly [number, number] | null,
  leftOut: number | null,
): Generator<void, Timeline> {
  const data = dataOf(history, arrangement).filter((datum) => isWithin(datum.step, range));
  const numRows = arrangement.entries.length;
  const rates = new Float64Array(numRows * data.length);
  const margins: Margins[] = [];
  const overall: MatrixMetrics[] = [];
  let largest = 0;
  for (const { matrix } of data) {
    const ofStep = marginsUnder(matrix, arrangement);
    const ofColumn = columnOf(ofStep, rate);
    rates.set(ofColumn.rates, margins.length * numRows);
    largest = Math.max(largest, ofColumn.largest);
    margins.push(ofStep);
    overall.push(matrixMetrics(matrix, leftOut));
    yield;
  }
  return {
    rate,
    steps: data.map((datum) => datum.step),
    numRows,
    rates,
    largest,
    margins,
    matrices: data.map((datum) => datum.matrix),
    overall,
    leftOut,
    isWeighted: margins.some((ofStep) => ofStep.isWeighted),
  };
}

export function isWithin(step: number, range: readonly [number, number] | null): boolean {
  return range === null || (step >= range[0] && step <= range[1]);
}

/** The largest rate of some timelines: what their colours run to. */
export function largestRate(shown: readonly { readonly timeline: Timeline }[]): number {
  return shown.reduce((most, { timeline }) => Math.max(most, timeline.largest), 0);
}

/** A class at a step in figures; null where there is none. */
export function timelineCell({ margins, rates, rate, numRows }: Timeline, row: number, column: number): TimelineCell | null {
  const ofStep = margins[column];
  if (ofStep === undefined || row < 0 || row >= numRows) return null;
  const metrics = classMetrics(ofStep, row);
  if (rate === "recall") return { rate: metrics.recall, outOf: metrics.support, interval: metrics.recallInterval };
  if (rate === "precision") return { rate: metrics.precision, outOf: metrics.predictedCount, interval: metrics.precisionInterval };
  if (rate === "f1") return { rate: metrics.f1, outOf: null, interval: null };
  const interval = ofStep.isWeighted ? null : wilsonInterval(metrics.predictedCount, ofStep.total);
  return { rate: rates[column * numRows + row] as number, outOf: ofStep.total, interval };
}

interface Column {
  readonly rates: Float64Array;
  readonly largest: number;
}

const knownColumns = memoise((_: Margins) => new Map<ClassRate, Column>());

/** The rates of all entries at one step: worked out once, however often steps come after it. */
function columnOf(margins: Margins, rate: ClassRate): Column {
  const known = knownColumns(margins);
  const column = known.get(rate) ?? makeColumn(margins, rate);
  known.clear();
  known.set(rate, column);
  return column;
}

function makeColumn({ truePositives, support, predictedCount, total }: Margins, rate: ClassRate): Column {
  const rates = new Float64Array(support.length);
  let largest = 0;
  for (let row = 0; row < rates.length; row++) {
    const right = truePositives[row] as number;
    const [samples, predicted] = [support[row] as number, predictedCount[row] as number];
    let value = predicted / total;
    if (rate === "recall") value = right / samples;
    else if (rate === "precision") value = right / predicted;
    else if (rate === "f1") value = (2 * right) / (samples + predicted);
    rates[row] = value;
    if (value > largest) largest = value;
  }
  return { rates, largest };
}

/** An overall metric of some timelines, a step at a time: of many cells each interval takes a while. */
export function* overallLinesSteps(timelines: readonly Timeline[], metric: OverallMetric): Generator<void, OverallLines> {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const intervals = new Map<Timeline, readonly (Interval | null)[]>();
  for (const timeline of timelines) {
    const ofSteps: (Interval | null)[] = [];
    for (const matrix of timeline.matrices) {
      const value = matrixMetrics(matrix, timeline.leftOut)[metric];
      const interval = metricInterval(matrix, metric, timeline.leftOut);
      ofSteps.push(interval);
      const [low, high] = interval ?? [value, value];
      if (!Number.isNaN(value)) [least, most] = [Math.min(least, low), Math.max(most, high)];
      yield;
    }
    intervals.set(timeline, ofSteps);
  }
  return { metric, intervals, range: roundRange(least, most) };
}

/** From a round value below the least to one above the most. */
function roundRange(least: number, most: number): [number, number] {
  if (least > most) return [0, 1];
  const [low, high] = [Math.floor(10 * least) / 10, Math.ceil(10 * most) / 10];
  return high > low ? [low, high] : [low - 0.1, Math.min(low + 0.1, 1)];
}

const RATE_WORDS: Record<ClassRate, string> = {
  recall: "recall of",
  precision: "precision of",
  f1: "F1 of",
  predicted_share: "share predicted as",
};

/** A class at a step in a sentence: recall of “cat” at step 12: 45.2 % [44.1–46.3] of 1,000. */
export function timelineSentence(rate: ClassRate, name: string, step: number, cell: TimelineCell): string {
  const what = `${RATE_WORDS[rate]} “${shortened(name, MAX_NAME_LENGTH)}” at step ${countText(step)}`;
  if (Number.isNaN(cell.rate)) return `${what}: no samples`;
  const interval = cell.interval ? ` ${intervalText(cell.interval)}` : "";
  return `${what}: ${percentText(cell.rate)}${interval}${cell.outOf === null ? "" : ` of ${countText(cell.outOf)}`}`;
}
