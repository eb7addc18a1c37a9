import type { ClassRate, OverallMetric } from "../../model/timeline";
import { coefficientText, percentText } from "../../util/number_text";

export const OVERALL_LABELS: Readonly<Record<OverallMetric, string>> = {
  accuracy: "accuracy",
  balancedAccuracy: "balanced acc.",
  macroF1: "macro F1",
  weightedF1: "weighted F1",
  cohenKappa: "kappa",
  mcc: "MCC",
};

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

export function overallText(metric: OverallMetric, value: number): string {
  return metric === "cohenKappa" || metric === "mcc" ? coefficientText(value) : percentText(value);
}
