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
    const values = cellValues(matrix, normalize);
    for (let cell = 0; cell < values.length; cell++) {
      if (isErrorsOnly && matrix.trueClasses[cell] === matrix.predClasses[cell]) continue;
      const value = values[cell] as number;
      if (value > max) max = value;
      if (value < smallest) smallest = value;
    }
  }
  return { min: scale === "log" && max > 0 ? smallest : 0, max };
}

/** Where values lie in the colour range, from 0 to 1. */
export function positionsIn({ min, max }: ColourRange, scale: ScaleKind): (value: number) => number {
  if (max <= min) return () => 1;
  const [from, width] = scale === "log" ? [Math.log(min), Math.log(max / min)] : [min, max - min];
  const toPlace = scale === "log" ? Math.log : (value: number) => value;
  return (value) => Math.min(Math.max((toPlace(value) - from) / width, 0), 1);
}
