import type { ConfusionMatrix } from "../model/matrix";
import type { Plane } from "./plane";
import { DIAGONAL, EMPTY, type Theme, UNDEFINED } from "./theme";

/** Cells at least this large are set apart by a line of the background. */
const GAP_FROM_CELL_SIZE_CSS = 7;

/**
 * Colours the pixels of a plane: the cells in the viewport, and nothing else.
 *
 * Where several cells share a pixel it shows the hottest, so that no cell is lost however far out one zooms.
 *
 * @param levels of the cells that aren't zero, in the matrix's order.
 * @param undefinedLines rows and columns whose rates are 0/0.
 */
export function paintCells(
  matrix: ConfusionMatrix,
  levels: Uint8Array,
  undefinedLines: { rows: readonly boolean[]; columns: readonly boolean[] },
  plane: Plane,
  theme: Theme,
): ImageData {
  const side = plane.sideDevice;
  const image = new ImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  const gap = plane.cellSizeCss >= GAP_FROM_CELL_SIZE_CSS ? Math.max(1, Math.round(plane.pixelRatio)) : 0;
  const columns = columnEdges(matrix.numClasses, plane);
  const [firstPred] = plane.visiblePred();
  const [firstTrue, endTrue] = plane.visibleTrue();
  const lineLevels = new Uint8Array(side);
  let lineTop = -1;
  for (let trueClass = firstTrue; trueClass < Math.min(endTrue, matrix.numClasses); trueClass++) {
    const top = Math.min(Math.max(0, plane.trueEdgeDevice(trueClass)), side - 1);
    const bottom = Math.min(side, Math.max(plane.trueEdgeDevice(trueClass + 1), top + 1));
    if (top !== lineTop) lineLevels.fill(EMPTY);
    lineTop = top;
    fillUndefined(lineLevels, undefinedLines.rows[trueClass] === true, undefinedLines.columns, firstPred, columns);
    for (let cell = matrix.rowStarts[trueClass] as number; cell < (matrix.rowStarts[trueClass + 1] as number); cell++) {
      const column = (matrix.predClasses[cell] as number) - firstPred;
      if (column < 0 || column >= columns.length - 1) continue;
      // Rounding may push the last of many thin columns off the edge.
      const left = Math.min(columns[column] as number, side - 1);
      fillHottest(lineLevels, left, Math.max(columns[column + 1] as number, left + 1), levels[cell] as number);
    }
    const line = colourLine(lineLevels, columns, gap, theme);
    for (let y = top; y < bottom; y++) pixels.set(gap > 0 && y >= bottom - gap ? backgroundLine(side, theme) : line, y * side);
  }
  return image;
}

/** Where each visible column begins, in device pixels, and where the last one ends. */
function columnEdges(numClasses: number, plane: Plane): number[] {
  const [first, end] = plane.visiblePred();
  const last = Math.min(end, numClasses);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Math.min(Math.max(plane.predEdgeDevice(first + i), 0), plane.sideDevice),
  );
}

/** Fills a line of levels from one pixel to another, but where something hotter is. */
export function fillHottest(line: Uint8Array, from: number, to: number, level: number): void {
  for (let x = from; x < Math.min(to, line.length); x++) if (heatOf(level) > heatOf(line[x] as number)) line[x] = level;
}

/** What stays when cells share a pixel: an error before the grey diagonal, anything before nothing. */
function heatOf(level: number): number {
  if (level === EMPTY) return -2;
  if (level === UNDEFINED) return -1;
  return level === DIAGONAL ? 0 : level;
}

function fillUndefined(
  line: Uint8Array,
  isRow: boolean,
  columns: readonly boolean[],
  firstPred: number,
  edges: readonly number[],
): void {
  for (let i = 0; i < edges.length - 1; i++) {
    if (isRow || columns[firstPred + i]) fillHottest(line, edges[i] as number, edges[i + 1] as number, UNDEFINED);
  }
}

function colourLine(levels: Uint8Array, columns: readonly number[], gap: number, theme: Theme): Uint32Array {
  const line = new Uint32Array(levels.length);
  for (let x = 0; x < levels.length; x++) line[x] = theme.pixels[levels[x] as number] as number;
  const background = theme.pixels[EMPTY] as number;
  if (gap > 0) for (const edge of columns.slice(1)) line.fill(background, Math.max(0, edge - gap), edge);
  return line;
}

let cachedBackground: { side: number; theme: Theme; line: Uint32Array } | null = null;

function backgroundLine(side: number, theme: Theme): Uint32Array {
  if (cachedBackground?.side !== side || cachedBackground.theme !== theme) {
    cachedBackground = { side, theme, line: new Uint32Array(side).fill(theme.pixels[EMPTY] as number) };
  }
  return cachedBackground.line;
}
