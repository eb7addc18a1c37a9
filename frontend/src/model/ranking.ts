import type { Cell, ConfusionMatrix } from "./matrix";
import { cellValues, type Normalize } from "./normalize";

export const RANKINGS = ["count", "rate", "lower_bound", "asymmetry", "change"] as const;
/** What confusions are ranked by. */
export type Ranking = (typeof RANKINGS)[number];

/** So many are gone through in much less than a slice of time. */
const CELLS_A_STEP = 2 ** 14;

export interface RankedCell extends Cell {
  readonly value: number;
}

/**
 * The strongest confusions: the cells off the diagonal with the largest values, ties by count, then in row-major order.
 *
 * @param leftOut rows and columns that are no classes to be confused, such as the sum of those that aren't shown.
 */
export function* strongestConfusionSteps(
  matrix: ConfusionMatrix,
  normalize: Normalize,
  limit: number,
  leftOut: readonly number[] = [],
): Generator<void, readonly RankedCell[]> {
  const values = cellValues(matrix, normalize);
  const isBefore = (a: number, b: number) =>
    (values[a] as number) - (values[b] as number) || (matrix.cellCounts[a] as number) - (matrix.cellCounts[b] as number) || b - a;
  const strongest: number[] = [];
  for (let cell = 0; cell < values.length; cell++) {
    if (cell % CELLS_A_STEP === CELLS_A_STEP - 1) yield;
    const [trueClass, predClass] = [matrix.trueClasses[cell] as number, matrix.predClasses[cell] as number];
    if (trueClass === predClass || (strongest.length === limit && isBefore(cell, strongest[limit - 1] as number) < 0)) continue;
    if (leftOut.includes(trueClass) || leftOut.includes(predClass)) continue;
    strongest.push(cell);
    // Few come this far: a cell goes up past those that it is before.
    for (let i = strongest.length - 1; i > 0 && isBefore(cell, strongest[i - 1] as number) > 0; i--)
      [strongest[i], strongest[i - 1]] = [strongest[i - 1] as number, cell];
    if (strongest.length > limit) strongest.pop();
  }
  return strongest.map((cell) => ({
    trueClass: matrix.trueClasses[cell] as number,
    predClass: matrix.predClasses[cell] as number,
    value: values[cell] as number,
  }));
}
