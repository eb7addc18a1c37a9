import type { Interval } from "../model/intervals";
import type { OverallMetric } from "../model/metrics";
import { coefficientText, intervalText, percentText, pointsIntervalText, pointsText } from "../util/number_text";

export const OVERALL_LABELS: Readonly<Record<OverallMetric, string>> = {
  accuracy: "accuracy",
  balancedAccuracy: "balanced acc.",
  macroPrecision: "macro precision",
  macroRecall: "macro recall",
  macroF1: "macro F1",
  weightedF1: "weighted F1",
  cohenKappa: "kappa",
  mcc: "MCC",
};

/** Coefficients aren't shares of anything: they have no percents. */
function isCoefficient(metric: OverallMetric): boolean {
  return metric === "cohenKappa" || metric === "mcc";
}

export function overallText(metric: OverallMetric, value: number): string {
  if (Number.isNaN(value)) return "–";
  return isCoefficient(metric) ? coefficientText(value) : percentText(value);
}

export function overallIntervalText(metric: OverallMetric, interval: Interval): string {
  return isCoefficient(metric) ? `[${interval.map(coefficientText).join(" to ")}]` : intervalText(interval);
}

/** A difference, with its sign. */
export function overallDeltaText(metric: OverallMetric, delta: number): string {
  if (Number.isNaN(delta)) return "–";
  return isCoefficient(metric) ? signedText(delta) : pointsText(delta);
}

export function overallDeltaIntervalText(metric: OverallMetric, interval: Interval): string {
  return isCoefficient(metric) ? `[${interval.map(signedText).join(" to ")}]` : pointsIntervalText(interval);
}

function signedText(value: number): string {
  return `${value > 0 ? "+" : ""}${coefficientText(value)}`.replace("-", "−");
}
