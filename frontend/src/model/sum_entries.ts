import { ConfusionMatrix } from "./matrix";

/** Rows with more of their cells filled than this share are summed up cell by cell, the others sorted. */
const DENSE_SHARE = 1 / 8;
/** Up to so many cells inserting each in its place is the fastest way to sort. */
const MAX_INSERTED = 48;

/**
 * The matrix of entries: each the sum of some classes, in the place that the entries have.
 *
 * A row of it needs the rows of its classes alone, so one row at a time is put in order: nearly all are short.
 *
 * @param members the classes of each entry.
 * @param entryOf the entry of each class.
 */
export function sumEntries(
  matrix: ConfusionMatrix,
  members: readonly (readonly number[])[],
  entryOf: Uint32Array,
): ConfusionMatrix {
  const size = members.length;
  const cells = new Cells(matrix.numCells);
  const row = new Row(size, longestRow(matrix, members));
  for (let entry = 0; entry < size; entry++) {
    row.begin(numCellsOf(matrix, members[entry] as readonly number[]) > DENSE_SHARE * size);
    for (const trueClass of members[entry] as readonly number[]) {
      const end = matrix.rowStarts[trueClass + 1] as number;
      for (let cell = matrix.rowStarts[trueClass] as number; cell < end; cell++)
        row.add(entryOf[matrix.predClasses[cell] as number] as number, matrix.cellCounts[cell] as number);
    }
    row.end(entry, cells);
  }
  return cells.toMatrix(size, matrix.isWeighted);
}

function numCellsOf({ rowStarts }: ConfusionMatrix, classes: readonly number[]): number {
  return classes.reduce((sum, one) => sum + (rowStarts[one + 1] as number) - (rowStarts[one] as number), 0);
}

function longestRow(matrix: ConfusionMatrix, members: readonly (readonly number[])[]): number {
  return members.reduce((longest, classes) => Math.max(longest, numCellsOf(matrix, classes)), 0);
}

/** Cells in row-major order, as they come. */
class Cells {
  private size = 0;
  private readonly rows: Uint32Array;
  private readonly columns: Uint32Array;
  private readonly counts: Float64Array;

  constructor(most: number) {
    this.rows = new Uint32Array(most);
    this.columns = new Uint32Array(most);
    this.counts = new Float64Array(most);
  }

  push(row: number, column: number, count: number): void {
    this.rows[this.size] = row;
    this.columns[this.size] = column;
    this.counts[this.size++] = count;
  }

  toMatrix(size: number, isWeighted: boolean): ConfusionMatrix {
    const [rows, columns, counts] = [this.rows, this.columns, this.counts].map((one) => one.slice(0, this.size));
    return new ConfusionMatrix(size, rows as Uint32Array, columns as Uint32Array, counts as Float64Array, isWeighted);
  }
}

/** The cells of one row in any order, and then in that of the columns, those of one column summed. */
class Row {
  private isDense = false;
  private size = 0;
  private readonly columns: Uint32Array;
  private readonly counts: Float64Array;
  private readonly sums: Float64Array;

  constructor(
    private readonly numColumns: number,
    longest: number,
  ) {
    this.columns = new Uint32Array(longest);
    this.counts = new Float64Array(longest);
    this.sums = new Float64Array(numColumns);
  }

  begin(isDense: boolean): void {
    this.isDense = isDense;
    this.size = 0;
  }

  add(column: number, count: number): void {
    if (this.isDense || this.size >= MAX_INSERTED) {
      this.sums[column] = (this.sums[column] as number) + count;
      if (this.isDense) return;
      this.columns[this.size++] = column;
      return;
    }
    let place = this.size++;
    for (; place > 0 && (this.columns[place - 1] as number) > column; place--) {
      this.columns[place] = this.columns[place - 1] as number;
      this.counts[place] = this.counts[place - 1] as number;
    }
    this.columns[place] = column;
    this.counts[place] = count;
  }

  end(row: number, cells: Cells): void {
    if (this.isDense) this.takeSums(row, cells);
    else if (this.size > MAX_INSERTED) this.takeSorted(row, cells);
    else this.takeInserted(row, cells);
  }

  private takeSums(row: number, cells: Cells): void {
    for (let column = 0; column < this.numColumns; column++) this.takeSum(row, column, cells);
  }

  /** A long row of which few columns are filled: their sums, in the order of the columns. */
  private takeSorted(row: number, cells: Cells): void {
    for (let i = 0; i < MAX_INSERTED; i++) {
      const column = this.columns[i] as number;
      this.sums[column] = (this.sums[column] as number) + (this.counts[i] as number);
    }
    for (const column of this.columns.subarray(0, this.size).sort()) this.takeSum(row, column, cells);
  }

  private takeInserted(row: number, cells: Cells): void {
    for (let i = 0; i < this.size; ) {
      const column = this.columns[i] as number;
      let count = 0;
      for (; i < this.size && this.columns[i] === column; i++) count += this.counts[i] as number;
      cells.push(row, column, count);
    }
  }

  private takeSum(row: number, column: number, cells: Cells): void {
    const sum = this.sums[column] as number;
    if (sum > 0) cells.push(row, column, sum);
    this.sums[column] = 0;
  }
}
