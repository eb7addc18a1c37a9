import type { Forgotten } from "../../model/forgotten";
import { metricInterval } from "../../model/metric_intervals";
import type { OverallMetric } from "../../model/metrics";
import type { SeriesHistory } from "../../model/series_history";
import { type ClassRate, type Timeline, timelineCell, timelineSentence } from "../../model/timeline";
import { countText, percentText } from "../../util/number_text";
import { OVERALL_LABELS, overallIntervalText, overallText } from "../overall_words";

/** Of so many classes the names are told. */
const NUM_NAMED = 8;

export const RATE_LABELS: Readonly<Record<ClassRate, string>> = {
  recall: "Recall",
  precision: "Precision",
  f1: "F1",
  predicted_share: "Predicted share",
};

export const RATE_HINTS: Readonly<Record<ClassRate, string>> = {
  recall: "Share of each true class that was predicted right",
  precision: "Share of those predicted as a class that were",
  f1: "Harmonic mean of precision and recall",
  predicted_share: "Share of all samples that were predicted as a class",
};

/** A class at a step, and since when it is known worse than it was. */
export function classAtStep(timeline: Timeline, row: number, column: number, name: string, fall: Forgotten | undefined): string {
  const cell = timelineCell(timeline, row, column);
  const step = timeline.steps[column];
  if (!cell || step === undefined) return "";
  const told = timelineSentence(timeline.rate, name, step, cell);
  if (!fall || step < fall.step) return told;
  return `${told} · forgotten since step ${countText(fall.step)}: recall ${percentText(fall.bestRecall)} at step ${countText(fall.bestStep)}`;
}

/** All classes at a step: accuracy at step 12: 67.9 % [67.0–68.8]. */
export function overallAtStep(timeline: Timeline, metric: OverallMetric, column: number): string {
  const [metrics, matrix] = [timeline.overall[column], timeline.matrices[column]];
  if (!metrics || !matrix) return "";
  const interval = metricInterval(matrix, metric, timeline.leftOut);
  const what = `${OVERALL_LABELS[metric]} at step ${countText(timeline.steps[column] as number)}`;
  return `${what}: ${overallText(metric, metrics[metric])}${interval ? ` ${overallIntervalText(metric, interval)}` : ""} · n ${countText(metrics.total)}`;
}

/** What letting go would look at. */
export function brushSentence({ steps }: Timeline, [from, to]: readonly [number, number]): string {
  return `steps ${countText(steps[from] as number)}–${countText(steps[to] as number)}, ${countText(to - from + 1)} of ${countText(steps.length)}`;
}

/** Which classes are forgotten; empty when none are. */
export function forgottenSentence({ isWeighted }: Timeline, forgotten: readonly Forgotten[], names: readonly string[]): string {
  if (isWeighted) return "weighted: forgotten classes aren't tested";
  if (forgotten.length === 0) return "";
  const named = forgotten.slice(0, NUM_NAMED).map(({ entry }) => `“${names[entry]}”`);
  const more = forgotten.length - named.length;
  return `▼ forgotten: ${named.join(", ")}${more > 0 ? ` and ${countText(more)} more` : ""}`;
}

/** How far a history has come; empty when all of it has. */
export function progressSentence(history: SeriesHistory | null, numSteps: number): string {
  return history?.isComplete ? "" : `loading: ${countText(history?.data.length ?? 0)} of ${countText(numSteps)} steps`;
}
