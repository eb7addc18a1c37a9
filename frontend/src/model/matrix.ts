import { firstFrom } from "../util/sorted";

/** The counts of a matrix and its margins, in whatever arrays; cells lie by rows, ascending within each. */
export interface CountedCells {
  readonly numClasses: number;
  readonly isWeighted: boolean;
  readonly total: number;
  readonly support: Float64Array;
  readonly predictedCount: Float64Array;
  readonly truePositives: Float64Array;
  /** Cells of true class i lie from rowStarts[i] to rowStarts[i + 1]. */
  readonly rowStarts: Uint32Array;
  readonly predClasses: ArrayLike<number>;
  readonly cellCounts: ArrayLike<number>;
  countAt(cell: Cell): number;
}

/** A square matrix of counts[trueClass, predClass], sparse: only the cells that aren't zero, in row-major order. */
export class ConfusionMatrix implements CountedCells {
  readonly support: Float64Array;
  readonly predictedCount: Float64Array;
  readonly truePositives: Float64Array;
  readonly total: number;
  /** Cells of true class i lie from rowStarts[i] to rowStarts[i + 1]. */
  readonly rowStarts: Uint32Array;

  /**
   * @param numClasses K.
   * @param trueClasses row of each cell, ascending.
   * @param predClasses column of each cell, ascending within a row.
   * @param cellCounts count of each cell, positive.
   * @param isWeighted whether counts are sums of sample weights.
   */
  constructor(
    readonly numClasses: number,
    readonly trueClasses: Uint32Array,
    readonly predClasses: Uint32Array,
    readonly cellCounts: Float64Array,
    readonly isWeighted: boolean,
  ) {
    this.support = new Float64Array(numClasses);
    this.predictedCount = new Float64Array(numClasses);
    this.truePositives = new Float64Array(numClasses);
    this.rowStarts = new Uint32Array(numClasses + 1);
    let total = 0;
    for (let cell = 0; cell < cellCounts.length; cell++) {
      const trueClass = trueClasses[cell] as number;
      const predClass = predClasses[cell] as number;
      const count = cellCounts[cell] as number;
      this.support[trueClass] = (this.support[trueClass] as number) + count;
      this.predictedCount[predClass] = (this.predictedCount[predClass] as number) + count;
      if (trueClass === predClass) this.truePositives[trueClass] = count;
      this.rowStarts[trueClass + 1] = cell + 1;
      total += count;
    }
    for (let i = 1; i <= numClasses; i++)
      this.rowStarts[i] = Math.max(this.rowStarts[i] as number, this.rowStarts[i - 1] as number);
    this.total = total;
  }

  get numCells(): number {
    return this.cellCounts.length;
  }

  /** The same matrix with predicted classes as rows. */
  transposed(): ConfusionMatrix {
    const next = new Uint32Array(this.numClasses + 1);
    for (let cell = 0; cell < this.numCells; cell++) {
      const row = this.predClasses[cell] as number;
      next[row + 1] = (next[row + 1] as number) + 1;
    }
    for (let row = 1; row <= this.numClasses; row++) next[row] = (next[row] as number) + (next[row - 1] as number);
    const rows = new Uint32Array(this.numCells);
    const columns = new Uint32Array(this.numCells);
    const counts = new Float64Array(this.numCells);
    for (let cell = 0; cell < this.numCells; cell++) {
      const row = this.predClasses[cell] as number;
      const place = next[row] as number;
      next[row] = place + 1;
      rows[place] = row;
      columns[place] = this.trueClasses[cell] as number;
      counts[place] = this.cellCounts[cell] as number;
    }
    return new ConfusionMatrix(this.numClasses, rows, columns, counts, this.isWeighted);
  }

  /** How often a true class was predicted as a class. */
  countAt(cell: Cell): number {
    return countAt(this, cell);
  }
}

/** A cell by its class indices. */
export interface Cell {
  readonly trueClass: number;
  readonly predClass: number;
}

export function isSameCell(a: Cell | null, b: Cell | null): boolean {
  return a === b || (a !== null && b !== null && a.trueClass === b.trueClass && a.predClass === b.predClass);
}

export function isInside(cell: Cell, numClasses: number): boolean {
  return [cell.trueClass, cell.predClass].every((index) => Number.isInteger(index) && index >= 0 && index < numClasses);
}

/** How often a true class was predicted as a class. */
export function countAt(
  { rowStarts, predClasses, cellCounts }: Omit<CountedCells, "countAt">,
  { trueClass, predClass }: Cell,
): number {
  const end = rowStarts[trueClass + 1] ?? 0;
  const cell = firstFrom(predClasses, rowStarts[trueClass] ?? 0, end, predClass);
  return cell < end && predClasses[cell] === predClass ? (cellCounts[cell] as number) : 0;
}
