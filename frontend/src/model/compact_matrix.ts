import { memoise } from "../util/memoise";
import { type Cell, ConfusionMatrix, type CountedCells, countAt } from "./matrix";

type Counts = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** What a compact matrix holds: plain arrays, so that a worker can hand them over. */
export interface CompactParts {
  readonly numClasses: number;
  readonly isWeighted: boolean;
  readonly total: number;
  readonly support: Float64Array;
  readonly predictedCount: Float64Array;
  readonly truePositives: Float64Array;
  readonly rowStarts: Uint32Array;
  readonly predClasses: Uint16Array;
  readonly cellCounts: Counts;
}

/** A matrix of which there are as many as a series has steps: the margins at hand, the cells in as few bytes as they need. */
export class CompactMatrix implements CountedCells {
  readonly numClasses: number;
  readonly isWeighted: boolean;
  readonly total: number;
  readonly support: Float64Array;
  readonly predictedCount: Float64Array;
  readonly truePositives: Float64Array;
  readonly rowStarts: Uint32Array;
  readonly predClasses: Uint16Array;
  readonly cellCounts: Counts;

  constructor(parts: CompactParts) {
    this.numClasses = parts.numClasses;
    this.isWeighted = parts.isWeighted;
    this.total = parts.total;
    this.support = parts.support;
    this.predictedCount = parts.predictedCount;
    this.truePositives = parts.truePositives;
    this.rowStarts = parts.rowStarts;
    this.predClasses = parts.predClasses;
    this.cellCounts = parts.cellCounts;
  }

  /** NaN off the diagonal where the cells were let go. */
  countAt(cell: Cell): number {
    if (cell.trueClass === cell.predClass) return this.truePositives[cell.trueClass] ?? 0;
    return this.hasCells ? countAt(this, cell) : Number.NaN;
  }

  /** Whether more than the margins is known. */
  get hasCells(): boolean {
    return this.cellCounts.length > 0 || this.total === 0;
  }

  /** The margins alone: what Timeline and Classes need. */
  withoutCells(): CompactMatrix {
    return new CompactMatrix({
      ...this,
      rowStarts: new Uint32Array(this.numClasses + 1),
      predClasses: new Uint16Array(0),
      cellCounts: new Uint8Array(0),
    });
  }

  /** The same in the arrays of a matrix that is shown. */
  expanded(): ConfusionMatrix {
    const trueClasses = new Uint32Array(this.cellCounts.length);
    for (let row = 0; row < this.numClasses; row++) trueClasses.fill(row, this.rowStarts[row], this.rowStarts[row + 1]);
    const [predClasses, counts] = [new Uint32Array(this.predClasses), new Float64Array(this.cellCounts)];
    return new ConfusionMatrix(this.numClasses, trueClasses, predClasses, counts, this.isWeighted);
  }

  /** What it takes in memory; the support is mostly that of the step before. */
  get numBytes(): number {
    const { predictedCount, truePositives, rowStarts, predClasses, cellCounts } = this;
    return [predictedCount, truePositives, rowStarts, predClasses, cellCounts].reduce((sum, one) => sum + one.byteLength, 0);
  }
}

/** The same for each time that it is asked for, so that what was worked out of it is known. */
export const expanded = memoise((matrix: CompactMatrix) => matrix.expanded());

/** Takes over a matrix's arrays but those of its cells, which it narrows. */
export function compactParts(matrix: ConfusionMatrix): CompactParts {
  const { numClasses, isWeighted, total, support, predictedCount, truePositives, rowStarts } = matrix;
  return {
    numClasses,
    isWeighted,
    total,
    support,
    predictedCount,
    truePositives,
    rowStarts,
    predClasses: new Uint16Array(matrix.predClasses),
    cellCounts: narrowed(matrix.cellCounts),
  };
}

function narrowed(counts: Float64Array): Counts {
  let most = 0;
  for (const count of counts) {
    if (!Number.isInteger(count)) return counts;
    if (count > most) most = count;
  }
  if (most < 2 ** 8) return new Uint8Array(counts);
  if (most < 2 ** 16) return new Uint16Array(counts);
  return most < 2 ** 32 ? new Uint32Array(counts) : counts;
}
