import type { Normalize } from "../model/normalize";

/** What rates can be shares of, where counts stand beside them; with counts normalised by nothing, the true class. */
export const SHARE_CHOICES: readonly Normalize[] = ["true", "pred", "all"];
export const SHARE_LABELS: Readonly<Record<Normalize, string>> = {
  counts: "true class",
  true: "true class",
  pred: "predicted class",
  all: "all samples",
};
