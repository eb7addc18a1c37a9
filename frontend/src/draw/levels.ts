import { type ColourRange, positionIn, type ScaleKind } from "../model/colour_scale";
import type { ConfusionMatrix } from "../model/matrix";
import { cellValues, type Normalize } from "../model/normalize";
import { DIAGONAL, levelAt } from "./theme";

/** How a matrix is coloured. */
export interface Colouring {
  readonly normalize: Normalize;
  readonly scale: ScaleKind;
  readonly isErrorsOnly: boolean;
  readonly range: ColourRange;
}

/** The level of each cell that isn't zero, in the matrix's order. */
export function cellLevels(matrix: ConfusionMatrix, colouring: Colouring): Uint8Array {
  const values = cellValues(matrix, colouring.normalize);
  const levels = new Uint8Array(values.length);
  for (let cell = 0; cell < values.length; cell++) {
    const isDiagonal = matrix.trueClasses[cell] === matrix.predClasses[cell];
    levels[cell] =
      isDiagonal && colouring.isErrorsOnly
        ? DIAGONAL
        : levelAt(positionIn(colouring.range, colouring.scale, values[cell] as number));
  }
  return levels;
}

/** Whether the rates of a row, or of a column, are 0/0. */
export function undefinedLines(matrix: ConfusionMatrix, normalize: Normalize): { rows: boolean[]; columns: boolean[] } {
  // Mostly there are none: an empty list says so too.
  const none = (counts: Float64Array, applies: boolean) =>
    applies && counts.includes(0) ? Array.from(counts, (count) => count === 0) : [];
  return {
    rows: none(matrix.support, normalize === "true" || (normalize === "all" && matrix.total === 0)),
    columns: none(matrix.predictedCount, normalize === "pred"),
  };
}
