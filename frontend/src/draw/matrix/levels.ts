import { type ColourRange, positionsIn, type ScaleKind } from "../../model/colour_scale";
import type { ConfusionMatrix } from "../../model/matrix";
import { cellValues, type Normalize } from "../../model/normalize";
import { DIAGONAL, levelAt } from "../theme";
import { LevelPyramid } from "./pyramid";
import type { UndefinedLines } from "./raster";

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
  const positionOf = positionsIn(colouring.range, colouring.scale);
  const levels = new Uint8Array(values.length);
  for (let cell = 0; cell < values.length; cell++) {
    const isDiagonal = matrix.trueClasses[cell] === matrix.predClasses[cell];
    levels[cell] = isDiagonal && colouring.isErrorsOnly ? DIAGONAL : levelAt(positionOf(values[cell] as number));
  }
  return levels;
}

const lastPyramids = new WeakMap<ConfusionMatrix, { colouring: string; pyramid: LevelPyramid }>();

/** The levels of a matrix for drawing; the same as before while its colouring is: panning and zooming colour nothing anew. */
export function levelPyramid(matrix: ConfusionMatrix, colouring: Colouring): LevelPyramid {
  const key = JSON.stringify(colouring);
  const last = lastPyramids.get(matrix);
  if (last?.colouring === key) return last.pyramid;
  const pyramid = new LevelPyramid(matrix, cellLevels(matrix, colouring));
  lastPyramids.set(matrix, { colouring: key, pyramid });
  return pyramid;
}

/** Whether the rates of a row, or of a column, are 0/0. */
export function undefinedLines(matrix: ConfusionMatrix, normalize: Normalize): UndefinedLines {
  // Mostly there are none: an empty list says so too.
  const none = (counts: Float64Array, applies: boolean) =>
    applies && counts.includes(0) ? Array.from(counts, (count) => count === 0) : [];
  return {
    rows: none(matrix.support, normalize === "true" || (normalize === "all" && matrix.total === 0)),
    columns: none(matrix.predictedCount, normalize === "pred"),
  };
}
