import { memoise } from "../util/memoise";
import type { Cell, ConfusionMatrix } from "./matrix";

export const NORMALIZATIONS = ["counts", "true", "pred", "all"] as const;
/** What a cell shows: counts, or its share of the true class, of the predicted class or of all samples. */
export type Normalize = (typeof NORMALIZATIONS)[number];

/** What the rate of a cell is a share of. */
export function denominatorOf(matrix: ConfusionMatrix, normalize: Normalize, cell: Cell): number {
  if (normalize === "true") return matrix.support[cell.trueClass] ?? 0;
  if (normalize === "pred") return matrix.predictedCount[cell.predClass] ?? 0;
  return normalize === "all" ? matrix.total : 1;
}

/** The value of a cell; NaN where it is 0/0. */
export function valueAt(matrix: ConfusionMatrix, normalize: Normalize, cell: Cell): number {
  return ratio(matrix.countAt(cell), denominatorOf(matrix, normalize, cell));
}

/** The values of all cells that aren't zero, in the matrix's order. */
export function cellValues(matrix: ConfusionMatrix, normalize: Normalize): Float64Array {
  return VALUES[normalize](matrix);
}

const VALUES = {
  counts: (matrix: ConfusionMatrix) => matrix.cellCounts,
  true: memoise((matrix: ConfusionMatrix) => quotients(matrix.cellCounts, matrix.support, matrix.trueClasses)),
  pred: memoise((matrix: ConfusionMatrix) => quotients(matrix.cellCounts, matrix.predictedCount, matrix.predClasses)),
  all: memoise((matrix: ConfusionMatrix) => matrix.cellCounts.map((count) => count / matrix.total)),
};

function quotients(counts: Float64Array, margin: Float64Array, classes: Uint32Array): Float64Array {
  const values = new Float64Array(counts.length);
  for (let cell = 0; cell < counts.length; cell++)
    values[cell] = (counts[cell] as number) / (margin[classes[cell] as number] as number);
  return values;
}

/** a / b, NaN where b is 0. */
export function ratio(a: number, b: number): number {
  return b === 0 ? Number.NaN : a / b;
}
