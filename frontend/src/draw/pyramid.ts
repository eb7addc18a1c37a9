import type { ConfusionMatrix } from "../model/matrix";
import { HEATS } from "./theme";

/** Cells by rows, sparse: a matrix's own, or blocks of 2^shift × 2^shift of them with the level of their hottest. */
export interface Grid {
  /** How often the matrix was halved. */
  readonly shift: number;
  /** Cells of row i lie from rowStarts[i] to rowStarts[i + 1]. */
  readonly rowStarts: Uint32Array;
  /** Column of each cell, ascending within a row. */
  readonly columns: Uint32Array;
  readonly levels: Uint8Array;
}

/**
 * A matrix's levels, and the same max-pooled for being seen from further and further away.
 *
 * However many cells a matrix has, the grid whose blocks are about a pixel large has at most some for each pixel, and no hot cell is
 * lost in it. Grids are made when they are first looked at, each of the one before.
 */
export class LevelPyramid {
  private readonly grids: Grid[];

  /** @param levels of the cells that aren't zero, in the matrix's order. */
  constructor(
    readonly matrix: ConfusionMatrix,
    readonly levels: Uint8Array,
  ) {
    this.grids = [{ shift: 0, rowStarts: matrix.rowStarts, columns: matrix.predClasses, levels }];
  }

  /** The coarsest grid whose blocks aren't larger than a pixel. */
  gridFor(cellSizeDevice: number): Grid {
    const shift = Math.max(0, Math.floor(-Math.log2(cellSizeDevice)));
    while (this.grids.length <= shift) this.grids.push(halved(this.grids.at(-1) as Grid));
    return this.grids[shift] as Grid;
  }

  /** The hottest cell within ranges of rows and of columns, [from, to): its place among the matrix's cells; -1: all are zero. */
  hottestWithin(rows: readonly [number, number], columns: readonly [number, number]): number {
    const { rowStarts, predClasses } = this.matrix;
    let hottest = -1;
    let most = -1;
    for (let row = Math.max(rows[0], 0); row < Math.min(rows[1], this.matrix.numClasses); row++) {
      const end = rowStarts[row + 1] as number;
      for (let cell = firstFrom(predClasses, rowStarts[row] as number, end, columns[0]); cell < end; cell++) {
        if ((predClasses[cell] as number) >= columns[1]) break;
        const heat = HEATS[this.levels[cell] as number] as number;
        if (heat > most) [hottest, most] = [cell, heat];
      }
    }
    return hottest;
  }
}

/** The first place from `from` to `end` whose column isn't before one. */
export function firstFrom(columns: Uint32Array, from: number, end: number, column: number): number {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((columns[middle] as number) < column) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Two rows become one by merging them, two columns by their hottest. */
function halved(grid: Grid): Grid {
  const numRows = Math.ceil((grid.rowStarts.length - 1) / 2);
  const rowStarts = new Uint32Array(numRows + 1);
  const columns = new Uint32Array(grid.columns.length);
  const levels = new Uint8Array(grid.columns.length);
  let size = 0;
  for (let row = 0; row < numRows; row++) {
    let upper = grid.rowStarts[2 * row] as number;
    let lower = grid.rowStarts[2 * row + 1] as number;
    const upperEnd = lower;
    const lowerEnd = grid.rowStarts[Math.min(2 * row + 2, grid.rowStarts.length - 1)] as number;
    const rowStart = size;
    while (upper < upperEnd || lower < lowerEnd) {
      const isUpper = lower >= lowerEnd || (upper < upperEnd && (grid.columns[upper] as number) < (grid.columns[lower] as number));
      const cell = isUpper ? upper++ : lower++;
      const column = (grid.columns[cell] as number) >>> 1;
      const level = grid.levels[cell] as number;
      if (size > rowStart && columns[size - 1] === column) {
        if ((HEATS[level] as number) > (HEATS[levels[size - 1] as number] as number)) levels[size - 1] = level;
      } else {
        columns[size] = column;
        levels[size++] = level;
      }
    }
    rowStarts[row + 1] = size;
  }
  return { shift: grid.shift + 1, rowStarts, columns: columns.slice(0, size), levels: levels.slice(0, size) };
}
