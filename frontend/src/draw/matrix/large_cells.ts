import { firstFrom } from "../../util/sorted";
import type { Surface } from "../surface";
import { type Theme, UNDEFINED } from "../theme";
import type { Frame } from "./frame";
import type { Plane } from "./plane";
import type { LevelPyramid } from "./pyramid";
import { GAP_FROM_CELL_SIZE_CSS, gapDevice, type UndefinedLines } from "./raster";

/** Up to so many cells rectangles cost less than colouring every pixel. */
const MAX_RECTANGLES = 2500;

/** Whether the cells that are seen are few and large. */
export function areLarge(plane: Plane): boolean {
  return plane.cellSizeCss >= GAP_FROM_CELL_SIZE_CSS && plane.viewport.span ** 2 <= MAX_RECTANGLES;
}

/** Draws the cells in the viewport as rectangles, sharp since their edges are whole device pixels. */
export function fillCells(
  context: Surface,
  frame: Frame,
  pyramid: LevelPyramid,
  undefinedLines: UndefinedLines,
  plane: Plane,
  theme: Theme,
): void {
  const { matrix, levels } = pyramid;
  const [firstTrue, endTrue] = plane.visibleTrue();
  const [firstPred, endPred] = plane.visiblePred();
  const gap = gapDevice(plane);
  const within = (edge: number) => Math.min(Math.max(edge, 0), plane.sideDevice);
  const fill = (row: number, column: number, level: number) => {
    const [left, top] = [within(plane.predEdgeDevice(column)), within(plane.trueEdgeDevice(row))];
    const width = within(plane.predEdgeDevice(column + 1)) - gap - left;
    const height = within(plane.trueEdgeDevice(row + 1)) - gap - top;
    if (width <= 0 || height <= 0) return;
    context.fillStyle = theme.colours[level] as string;
    const ratio = plane.pixelRatio;
    context.fillRect(frame.leftCss + left / ratio, frame.topCss + top / ratio, width / ratio, height / ratio);
  };
  context.fillStyle = theme.background;
  context.fillRect(frame.leftCss, frame.topCss, plane.sideCss, plane.sideCss);
  for (let row = firstTrue; row < Math.min(endTrue, matrix.numClasses); row++) {
    fillUndefined(row, undefinedLines, firstPred, Math.min(endPred, matrix.numClasses), fill);
    const end = matrix.rowStarts[row + 1] as number;
    for (let cell = firstFrom(matrix.predClasses, matrix.rowStarts[row] as number, end, firstPred); cell < end; cell++) {
      const column = matrix.predClasses[cell] as number;
      if (column >= endPred) break;
      fill(row, column, levels[cell] as number);
    }
  }
}

function fillUndefined(
  row: number,
  { rows, columns }: UndefinedLines,
  from: number,
  to: number,
  fill: (row: number, column: number, level: number) => void,
): void {
  if (rows.length === 0 && columns.length === 0) return;
  for (let column = from; column < to; column++) if (rows[row] || columns[column]) fill(row, column, UNDEFINED);
}
