export const CLASS_RATES = ["recall", "precision", "f1", "predicted_share"] as const;
/** What the Timeline colours classes by. */
export type ClassRate = (typeof CLASS_RATES)[number];
