import { firstFrom } from "../../util/sorted";
import { EMPTY, HEATS, type Theme, UNDEFINED } from "../theme";
import type { Plane } from "./plane";
import type { Grid, LevelPyramid } from "./pyramid";

/** Cells at least this large are set apart by a line of the background. */
export const GAP_FROM_CELL_SIZE_CSS = 7;

/** Rows and columns whose rates are 0/0; empty where there are none. */
export interface UndefinedLines {
  readonly rows: readonly boolean[];
  readonly columns: readonly boolean[];
}

interface Painted {
  readonly plane: string;
  readonly theme: Theme;
  readonly image: ImageData;
}

/** Until they are drawn: they are as large as the picture, and nobody draws the same twice. */
const paintedAhead = new WeakMap<LevelPyramid, Painted>();

/** Colours the pixels before they are drawn, in whatever task there is time. */
export function paintCellsAhead(pyramid: LevelPyramid, undefinedLines: UndefinedLines, plane: Plane, theme: Theme): void {
  const image = paintCells(pyramid, undefinedLines, plane, theme);
  paintedAhead.set(pyramid, { plane: JSON.stringify(plane), theme, image });
}

/**
 * Colours the pixels of a plane: the cells in the viewport, and nothing else.
 *
 * Where several cells share a pixel it shows the hottest, so that no cell is lost however far out one zooms.
 *
 * @param undefinedLines rows and columns whose rates are 0/0.
 */
export function paintCells(pyramid: LevelPyramid, undefinedLines: UndefinedLines, plane: Plane, theme: Theme): ImageData {
  const ahead = paintedAhead.get(pyramid);
  paintedAhead.delete(pyramid);
  if (ahead?.theme === theme && ahead.plane === JSON.stringify(plane)) return ahead.image;
  const side = plane.sideDevice;
  const image = new ImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  const base = undefinedColumns(undefinedLines.columns, plane);
  const { cellSizeDevice } = plane;
  if (cellSizeDevice < 1) paintBlocks(pixels, pyramid.gridFor(cellSizeDevice), undefinedLines.rows, base, plane, theme);
  else paintLargeCells(pixels, pyramid.gridFor(1), undefinedLines.rows, base, plane, theme);
  return image;
}

/** Blocks no larger than a pixel: each goes where it begins, so that every pixel has its own. */
function paintBlocks(
  pixels: Uint32Array,
  grid: Grid,
  undefinedRows: readonly boolean[],
  base: Uint8Array,
  plane: Plane,
  theme: Theme,
): void {
  const side = plane.sideDevice;
  const blockSize = 2 ** grid.shift;
  const { firstTrue, firstPred } = plane.viewport;
  const scale = plane.cellSizeDevice;
  const place = (index: number, first: number) => Math.min(Math.max(Math.floor((index - first) * scale), 0), side - 1);
  const [fromRow, endRow] = plane.visibleTrue().map((edge, i) => (i === 0 ? Math.floor : Math.ceil)(edge / blockSize)) as [
    number,
    number,
  ];
  const [fromPred, endPred] = plane.visiblePred();
  const levels = new Uint8Array(side);
  let y = -1;
  let isUndefined = false;
  const flush = () => {
    if (isUndefined) raise(levels, 0, side, UNDEFINED);
    if (y >= 0) for (let x = 0; x < side; x++) pixels[y * side + x] = theme.pixels[levels[x] as number] as number;
  };
  for (let row = fromRow; row < Math.min(endRow, grid.rowStarts.length - 1); row++) {
    const top = place(row * blockSize, firstTrue);
    const isRowUndefined = isUndefinedThroughout(undefinedRows, row * blockSize, blockSize);
    if (top !== y) {
      flush();
      y = top;
      isUndefined = isRowUndefined;
      levels.set(base);
    }
    isUndefined &&= isRowUndefined;
    const end = grid.rowStarts[row + 1] as number;
    for (
      let cell = firstFrom(grid.columns, grid.rowStarts[row] as number, end, Math.floor(fromPred / blockSize));
      cell < end;
      cell++
    ) {
      const first = (grid.columns[cell] as number) * blockSize;
      if (first >= endPred) break;
      const x = place(first, firstPred);
      const level = grid.levels[cell] as number;
      if ((HEATS[level] as number) > (HEATS[levels[x] as number] as number)) levels[x] = level;
    }
  }
  flush();
}

/** Cells of a pixel or more, each with its own sharp edges. */
function paintLargeCells(
  pixels: Uint32Array,
  grid: Grid,
  undefinedRows: readonly boolean[],
  base: Uint8Array,
  plane: Plane,
  theme: Theme,
): void {
  const side = plane.sideDevice;
  const within = (edge: number) => Math.min(Math.max(edge, 0), side);
  const gap = gapDevice(plane);
  const background = theme.pixels[EMPTY] as number;
  const [firstPred, endPred] = plane.visiblePred();
  const [firstTrue, endTrue] = plane.visibleTrue();
  const edges = Array.from({ length: endPred - firstPred + 1 }, (_, i) => within(plane.predEdgeDevice(firstPred + i)));
  const levels = new Uint8Array(side);
  const line = new Uint32Array(side);
  for (let row = firstTrue; row < Math.min(endTrue, grid.rowStarts.length - 1); row++) {
    const [top, bottom] = [within(plane.trueEdgeDevice(row)), within(plane.trueEdgeDevice(row + 1))];
    if (bottom <= top) continue;
    levels.set(base);
    if (undefinedRows[row]) raise(levels, 0, side, UNDEFINED);
    const end = grid.rowStarts[row + 1] as number;
    for (let cell = firstFrom(grid.columns, grid.rowStarts[row] as number, end, firstPred); cell < end; cell++) {
      const column = (grid.columns[cell] as number) - firstPred;
      if (column >= edges.length - 1) break;
      raise(levels, edges[column] as number, edges[column + 1] as number, grid.levels[cell] as number);
    }
    for (let x = 0; x < side; x++) line[x] = theme.pixels[levels[x] as number] as number;
    if (gap > 0) for (const edge of edges) line.fill(background, Math.max(0, edge - gap), edge);
    for (let y = top; y < bottom - gap; y++) pixels.set(line, y * side);
    pixels.fill(background, Math.max(top, bottom - gap) * side, bottom * side);
  }
}

/** How wide the line between cells is. */
export function gapDevice(plane: Plane): number {
  return plane.cellSizeCss >= GAP_FROM_CELL_SIZE_CSS ? Math.max(1, Math.round(plane.pixelRatio)) : 0;
}

/** Raises a line of levels from one pixel to another, but where something hotter is. */
export function raise(line: Uint8Array, from: number, to: number, level: number): void {
  const heat = HEATS[level] as number;
  for (let x = from; x < Math.min(to, line.length); x++) if (heat > (HEATS[line[x] as number] as number)) line[x] = level;
}

/** What every row begins with: the columns that are 0/0. A pixel that other columns share isn't. */
function undefinedColumns(columns: readonly boolean[], plane: Plane): Uint8Array {
  const base = new Uint8Array(plane.sideDevice);
  if (columns.length === 0) return base;
  const [first, end] = plane.visiblePred();
  let defined = 0;
  for (let column = first; column < Math.min(end, columns.length); column++) {
    const [left, right] = [Math.max(plane.predEdgeDevice(column), 0), plane.predEdgeDevice(column + 1)];
    if (columns[column]) raise(base, Math.max(left, defined), Math.max(right, left + 1), UNDEFINED);
    else {
      defined = Math.max(right, left + 1);
      base.fill(EMPTY, left, defined);
    }
  }
  return base;
}

function isUndefinedThroughout(rows: readonly boolean[], from: number, count: number): boolean {
  if (rows.length === 0) return false;
  for (let row = from; row < Math.min(from + count, rows.length); row++) if (!rows[row]) return false;
  return true;
}
