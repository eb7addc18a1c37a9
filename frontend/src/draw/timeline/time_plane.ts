/** Where classes and steps of a Timeline lie, in CSS pixels from the top left of its canvas. */
export interface TimeFrame {
  /** Room for the class names. */
  readonly leftCss: number;
  /** Of the part where the columns are. */
  readonly widthCss: number;
  readonly chartTopCss: number;
  readonly chartHeightCss: number;
  /** Of the first row. */
  readonly topCss: number;
  readonly rowHeightCss: number;
}

/** A column a step, a row a class: one coordinate system for lines, cells and the pointer. */
export class TimePlane {
  readonly columnWidthCss: number;

  constructor(
    readonly frame: TimeFrame,
    readonly numColumns: number,
    readonly numRows: number,
  ) {
    this.columnWidthCss = frame.widthCss / Math.max(1, numColumns);
  }

  get bottomCss(): number {
    return this.frame.topCss + this.numRows * this.frame.rowHeightCss;
  }

  columnCss(column: number): number {
    return this.frame.leftCss + column * this.columnWidthCss;
  }

  rowCss(row: number): number {
    return this.frame.topCss + row * this.frame.rowHeightCss;
  }

  /** The nearest column, whatever lies there. */
  columnAt(xCss: number): number {
    const column = Math.floor((xCss - this.frame.leftCss) / this.columnWidthCss);
    return Math.min(Math.max(column, 0), this.numColumns - 1);
  }

  /** The rows and the columns that share the CSS pixel of a cell, each from and to (exclusive). */
  pixelOf(row: number, column: number): { readonly rows: readonly [number, number]; readonly columns: readonly [number, number] } {
    const within = (index: number, sizeCss: number, end: number): readonly [number, number] => {
      const pixel = Math.floor(index * sizeCss);
      return sizeCss >= 1 ? [index, index + 1] : [Math.ceil(pixel / sizeCss), Math.min(end, Math.ceil((pixel + 1) / sizeCss))];
    };
    return {
      rows: within(row, this.frame.rowHeightCss, this.numRows),
      columns: within(column, this.columnWidthCss, this.numColumns),
    };
  }

  /** The cell at a point; null outside of the cells. */
  cellAt(xCss: number, yCss: number): { readonly row: number; readonly column: number } | null {
    const { leftCss, widthCss, topCss, rowHeightCss } = this.frame;
    const row = Math.floor((yCss - topCss) / rowHeightCss);
    const isInside = xCss >= leftCss && xCss < leftCss + widthCss && row >= 0 && row < this.numRows && this.numColumns > 0;
    return isInside ? { row, column: this.columnAt(xCss) } : null;
  }
}
