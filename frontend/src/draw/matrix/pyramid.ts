import type { ConfusionMatrix } from "../../model/matrix";
import { firstFrom } from "../../util/sorted";
import { EMPTY, HEATS } from "../theme";

/** As many bytes does pooling take for a while. */
const MAX_BLOCKS = 2 ** 22;

/** Cells by rows, sparse: a matrix's own, or blocks of them with the level of their hottest. */
export interface Grid {
  /** Blocks are of 2^shift by 2^shift cells. */
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
 * However many cells a matrix has, the grid whose blocks are about a pixel large has at most four for each pixel, and no hot cell is
 * lost in it. Grids are made when they are first looked at.
 */
export class LevelPyramid {
  private readonly grids = new Map<number, Grid>();
  private readonly own: Grid;

  /** @param levels of the cells that aren't zero, in the matrix's order. */
  constructor(
    readonly matrix: ConfusionMatrix,
    readonly levels: Uint8Array,
  ) {
    this.own = { shift: 0, rowStarts: matrix.rowStarts, columns: matrix.predClasses, levels };
  }

  /** The coarsest grid whose blocks aren't larger than a pixel. */
  gridFor(cellSizeDevice: number): Grid {
    const shift = Math.max(0, Math.floor(-Math.log2(cellSizeDevice)));
    if (shift === 0) return this.own;
    const grid = this.grids.get(shift) ?? pooled(this, shift) ?? this.own;
    this.grids.set(shift, grid);
    return grid;
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

/** The hottest of each block; null where blocks are so many that the matrix itself, of which little is seen then, is as good. */
function pooled({ matrix, levels }: LevelPyramid, shift: number): Grid | null {
  const size = Math.ceil(matrix.numClasses / 2 ** shift);
  if (size ** 2 > MAX_BLOCKS) return null;
  const blocks = new Uint8Array(size ** 2);
  let numFilled = 0;
  for (let cell = 0; cell < levels.length; cell++) {
    const block = ((matrix.trueClasses[cell] as number) >>> shift) * size + ((matrix.predClasses[cell] as number) >>> shift);
    const before = blocks[block] as number;
    const level = levels[cell] as number;
    if ((HEATS[level] as number) <= (HEATS[before] as number)) continue;
    blocks[block] = level;
    if (before === EMPTY) numFilled++;
  }
  return filled(blocks, size, shift, numFilled);
}

function filled(blocks: Uint8Array, size: number, shift: number, numFilled: number): Grid {
  const rowStarts = new Uint32Array(size + 1);
  const columns = new Uint32Array(numFilled);
  const levels = new Uint8Array(numFilled);
  let place = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const level = blocks[row * size + column] as number;
      if (level === EMPTY) continue;
      columns[place] = column;
      levels[place++] = level;
    }
    rowStarts[row + 1] = place;
  }
  return { shift, rowStarts, columns, levels };
}
