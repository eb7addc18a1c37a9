import type { ConfusionMatrix } from "./matrix";
import { cellValues, type Normalize } from "./normalize";

export const SCALES = ["linear", "log"] as const;
export type ScaleKind = (typeof SCALES)[number];

/** What the colours run from and to. */
export interface ColourRange {
  readonly min: number;
  readonly max: number;
}

/** The colour range over the matrices that are seen together: from 0 (log: the smallest that isn't zero) to the largest. */
export function colourRange(
  matrices: readonly ConfusionMatrix[],
  normalize: Normalize,
  scale: ScaleKind,
  isErrorsOnly: boolean,
): ColourRange {
  let max = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const matrix of matrices) {
    cellValues(matrix, normalize).forEach((value, i) => {
      if (isErrorsOnly && matrix.trueClasses[i] === matrix.predClasses[i]) return;
      if (value > max) max = value;
      if (value < smallest) smallest = value;
    });
  }
  return { min: scale === "log" && max > 0 ? smallest : 0, max };
}

/** Where a value lies in the colour range, from 0 to 1. */
export function positionIn({ min, max }: ColourRange, scale: ScaleKind, value: number): number {
  if (max <= min) return 1;
  const position = scale === "log" ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  return Math.min(Math.max(position, 0), 1);
}
