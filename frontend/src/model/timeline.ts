import { countText, intervalText, percentText } from "../util/number_text";
import { shortened } from "../util/shorten";
import type { Arrangement } from "./arrangement";
import { type Interval, wilsonInterval } from "./intervals";
import { classMetrics, type MatrixMetrics, matrixMetrics } from "./metrics";
import { ratio } from "./normalize";
import { dataOf, marginsUnder, type SeriesHistory } from "./series_history";

export const CLASS_RATES = ["recall", "precision", "f1", "predicted_share"] as const;
/** What the Timeline colours classes by. */
export type ClassRate = (typeof CLASS_RATES)[number];

export const OVERALL_METRICS = ["accuracy", "balancedAccuracy", "macroF1", "weightedF1", "cohenKappa", "mcc"] as const;
/** What the Timeline draws above the classes. */
export type OverallMetric = (typeof OVERALL_METRICS)[number];

/** A rate, what it is out of (null: not a share of samples), and its interval. */
export interface TimelineCell {
  readonly rate: number;
  readonly outOf: number | null;
  readonly interval: Interval | null;
}

/** A series over its steps, class by class. */
export interface Timeline {
  readonly steps: readonly number[];
  /** A list a step, a cell an entry. */
  readonly cells: readonly (readonly TimelineCell[])[];
  /** Of whole matrices, as they were logged. */
  readonly overall: readonly MatrixMetrics[];
}

/** A longer name would push the figures out of sight. */
const MAX_NAME_LENGTH = 40;

const known = new WeakMap<SeriesHistory, { key: string; arrangement: Arrangement; timeline: Timeline }>();

/** The classes of a series over some steps (null: all); steps of other classes are left out. */
export function timelineOf(
  history: SeriesHistory,
  arrangement: Arrangement,
  rate: ClassRate,
  range: readonly [number, number] | null,
): Timeline {
  const key = `${rate} ${range}`;
  const last = known.get(history);
  if (last?.key === key && last.arrangement === arrangement) return last.timeline;
  const data = dataOf(history, arrangement).filter((datum) => isWithin(datum.step, range));
  const timeline = {
    steps: data.map((datum) => datum.step),
    cells: data.map((datum) => {
      const margins = marginsUnder(datum.matrix, arrangement);
      return arrangement.entries.map((_, entry) => timelineCell(margins, entry, rate));
    }),
    overall: data.map((datum) => matrixMetrics(datum.matrix)),
  };
  known.set(history, { key, arrangement, timeline });
  return timeline;
}

export function isWithin(step: number, range: readonly [number, number] | null): boolean {
  return range === null || (step >= range[0] && step <= range[1]);
}

/** The largest rate of some timelines: what their colours run to. */
export function largestRate(timelines: readonly Timeline[]): number {
  let largest = 0;
  for (const { cells } of timelines) {
    for (const column of cells) for (const { rate } of column) if (rate > largest) largest = rate;
  }
  return largest;
}

function timelineCell(margins: Parameters<typeof classMetrics>[0], entry: number, rate: ClassRate): TimelineCell {
  const metrics = classMetrics(margins, entry);
  if (rate === "recall") return { rate: metrics.recall, outOf: metrics.support, interval: metrics.recallInterval };
  if (rate === "precision") return { rate: metrics.precision, outOf: metrics.predictedCount, interval: metrics.precisionInterval };
  if (rate === "f1") return { rate: metrics.f1, outOf: null, interval: null };
  const interval = margins.isWeighted ? null : wilsonInterval(metrics.predictedCount, margins.total);
  return { rate: ratio(metrics.predictedCount, margins.total), outOf: margins.total, interval };
}

/** What the lines of some timelines run over: from a round value below their least to one above their most. */
export function overallRange(timelines: readonly Timeline[], metric: OverallMetric): [number, number] {
  const values = timelines
    .flatMap((timeline) => timeline.overall.map((metrics) => metrics[metric]))
    .filter((one) => !Number.isNaN(one));
  if (values.length === 0) return [0, 1];
  const low = Math.floor(10 * Math.min(...values)) / 10;
  const high = Math.ceil(10 * Math.max(...values)) / 10;
  return high > low ? [low, high] : [low - 0.1, low + 0.1];
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
