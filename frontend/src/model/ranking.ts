import type { Cell, ConfusionMatrix } from "./matrix";
import { cellValues, type Normalize } from "./normalize";

export const RANKINGS = ["count", "rate", "lower_bound", "asymmetry", "change"] as const;
/** What confusions are ranked by. */
export type Ranking = (typeof RANKINGS)[number];

export interface RankedCell extends Cell {
  readonly value: number;
}

/**
 * The strongest confusions: the cells off the diagonal with the largest values, ties by count, then in row-major order.
 *
 * @param leftOut rows and columns that are no classes to be confused, such as the sum of those that aren't shown.
 */
export function strongestConfusions(
  matrix: ConfusionMatrix,
  normalize: Normalize,
  limit: number,
  leftOut: readonly number[] = [],
): RankedCell[] {
  const values = cellValues(matrix, normalize);
  return Array.from(values.keys())
    .filter((i) => matrix.trueClasses[i] !== matrix.predClasses[i])
    .filter((i) => !leftOut.includes(matrix.trueClasses[i] as number) && !leftOut.includes(matrix.predClasses[i] as number))
    .sort(
      (a, b) =>
        (values[b] as number) - (values[a] as number) || (matrix.cellCounts[b] as number) - (matrix.cellCounts[a] as number),
    )
    .slice(0, limit)
    .map((i) => ({
      trueClass: matrix.trueClasses[i] as number,
      predClass: matrix.predClasses[i] as number,
      value: values[i] as number,
    }));
}
