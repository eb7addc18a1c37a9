import type { Timeline } from "../../model/timeline";
import { pooledRatesSteps } from "../../model/timeline_pooling";
import { cellPercentText } from "../../util/number_text";
import { resultOf } from "../../util/slices";
import { FONT_FAMILY } from "../matrix/labels";
import type { Surface } from "../surface";
import { levelAt, type Theme, UNDEFINED } from "../theme";
import type { TimePlane } from "./time_plane";

const GAP_FROM_ROW_CSS = 7;
const GAP_FROM_COLUMN_CSS = 4;
const NUMBER_FONT = `10px ${FONT_FAMILY}`;
const MIN_NUMBER_ROW_CSS = 14;
const MIN_NUMBER_COLUMN_CSS = 24;
/** Narrower columns have the playhead as one line through them, wider ones as a line at each side, so that it hides no number. */
const FRAMED_FROM_COLUMN_CSS = 8;
const MAX_DASH_CSS = 10;
const TRIANGLE_CSS = 6;

/** A rate of a cell as the colour level that says it: from 0 to `max`, and one apart for 0/0. */
function levelOf(rate: number, max: number): number {
  return Number.isNaN(rate) ? UNDEFINED : levelAt(max > 0 ? Math.min(rate / max, 1) : 0);
}

/** The cells: a rate each, from 0 to `max`. */
export function drawTimelineCells(context: Surface, plane: TimePlane, timeline: Timeline, max: number, theme: Theme): void {
  if (timeline.steps.length === 0 || timeline.numRows === 0) return;
  if (areThin(plane)) drawThinCells(context, plane, timeline, max, theme);
  else drawLargeCells(context, plane, timeline, max, theme);
}

/** Whether rows are so thin that the cells are drawn as pixels. */
function areThin(plane: TimePlane): boolean {
  return plane.frame.rowHeightCss < GAP_FROM_ROW_CSS;
}

/** As pixels; where several cells share one, the one that matters is seen. */
function drawThinCells(context: Surface, plane: TimePlane, timeline: Timeline, max: number, theme: Theme): void {
  const { leftCss, topCss, widthCss } = plane.frame;
  const heightCss = plane.bottomCss - topCss;
  context.drawPixels(resultOf(thinCellsSteps(plane, timeline, max, theme)), leftCss, topCss, widthCss, heightCss);
  if (plane.columnWidthCss < GAP_FROM_COLUMN_CSS) return;
  context.fillStyle = theme.background;
  for (let column = 1; column <= timeline.steps.length; column++)
    context.fillRect(plane.columnCss(column) - 1, topCss, 1, heightCss);
}

interface Painted {
  readonly numRows: number;
  readonly numColumns: number;
  readonly max: number;
  readonly theme: Theme;
  readonly image: ImageData;
}

const lastPainted = new WeakMap<Timeline, Painted>();

/** What drawing cells takes long over, a step at a time: then it is there when they are drawn. */
export function* timelineCellsSteps(plane: TimePlane, timeline: Timeline, max: number, theme: Theme): Generator<void, void> {
  if (timeline.steps.length > 0 && timeline.numRows > 0 && areThin(plane)) yield* thinCellsSteps(plane, timeline, max, theme);
}

/** The pixels of a plane that is too small for a pixel a cell; the same as before while nothing about them has changed. */
function* thinCellsSteps(plane: TimePlane, timeline: Timeline, max: number, theme: Theme): Generator<void, ImageData> {
  const ratio = window.devicePixelRatio;
  const numRows = Math.min(timeline.numRows, Math.ceil((plane.bottomCss - plane.frame.topCss) * ratio));
  const numColumns = Math.min(timeline.steps.length, Math.ceil(plane.frame.widthCss * ratio));
  const last = lastPainted.get(timeline);
  if (last?.numRows === numRows && last.numColumns === numColumns && last.max === max && last.theme === theme) return last.image;
  const image = yield* imageSteps(yield* pooledRatesSteps(timeline, numRows, numColumns), numRows, max, theme);
  lastPainted.set(timeline, { numRows, numColumns, max, theme, image });
  return image;
}

function* imageSteps(rates: Float64Array, numRows: number, max: number, theme: Theme): Generator<void, ImageData> {
  const numColumns = rates.length / numRows;
  const image = new ImageData(numColumns, numRows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let column = 0, i = 0; column < numColumns; column++) {
    for (let row = 0; row < numRows; row++, i++)
      pixels[row * numColumns + column] = theme.pixels[levelOf(rates[i] as number, max)] as number;
    yield;
  }
  return image;
}

function drawLargeCells(context: Surface, plane: TimePlane, timeline: Timeline, max: number, theme: Theme): void {
  const { columnWidthCss } = plane;
  const { rowHeightCss } = plane.frame;
  const gapCss = columnWidthCss >= GAP_FROM_COLUMN_CSS ? 1 : 0;
  const hasNumbers = rowHeightCss >= MIN_NUMBER_ROW_CSS && columnWidthCss >= MIN_NUMBER_COLUMN_CSS;
  context.font = NUMBER_FONT;
  context.textAlign = "center";
  context.textBaseline = "middle";
  timeline.rates.forEach((rate, i) => {
    const [column, row] = [Math.floor(i / timeline.numRows), i % timeline.numRows];
    const [xCss, yCss] = [plane.columnCss(column), plane.rowCss(row)];
    const level = levelOf(rate, max);
    context.fillStyle = theme.colours[level] as string;
    context.fillRect(xCss, yCss, Math.max(columnWidthCss - gapCss, 1), rowHeightCss - 1);
    if (Number.isNaN(rate)) {
      // A dash, so that nobody takes no samples for a very low rate.
      const dashCss = Math.min(MAX_DASH_CSS, columnWidthCss);
      context.fillStyle = theme.quietText;
      context.fillRect(xCss + (columnWidthCss - dashCss) / 2, yCss + Math.floor(rowHeightCss / 2) - 1, dashCss, 1);
    } else if (hasNumbers) {
      context.fillStyle = theme.inks[level] as string;
      context.fillText(rate === 0 ? "0" : cellPercentText(rate), xCss + columnWidthCss / 2, yCss + rowHeightCss / 2 + 0.5);
    }
  });
}

/** Where somebody is: the playhead through lines and cells, the selected row, the steps that are being brushed. */
export function drawPlace(
  context: Surface,
  plane: TimePlane,
  playhead: number | null,
  selectedRow: number | null,
  brush: readonly [number, number] | null,
  theme: Theme,
): void {
  const { leftCss, widthCss, rowHeightCss } = plane.frame;
  if (brush) drawBrush(context, plane, brush, theme);
  if (playhead !== null) drawPlayhead(context, plane, playhead, theme);
  if (selectedRow !== null) {
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    context.strokeRect(leftCss - 1, plane.rowCss(selectedRow) - 1, widthCss + 1, Math.max(rowHeightCss, 3) + 1);
  }
}

function drawBrush(context: Surface, plane: TimePlane, [from, to]: readonly [number, number], theme: Theme): void {
  const { chartTopCss } = plane.frame;
  const [leftCss, rightCss] = [plane.columnCss(from), plane.columnCss(to + 1)];
  context.fillStyle = theme.text;
  context.globalAlpha = 0.14;
  context.fillRect(leftCss, chartTopCss, rightCss - leftCss, plane.bottomCss - chartTopCss);
  context.globalAlpha = 1;
  for (const xCss of [leftCss, rightCss]) context.fillRect(Math.round(xCss) - 1, chartTopCss, 1, plane.bottomCss - chartTopCss);
}

function drawPlayhead(context: Surface, plane: TimePlane, column: number, theme: Theme): void {
  const { chartTopCss, topCss } = plane.frame;
  const middleCss = Math.round(plane.columnCss(column + 0.5));
  context.fillStyle = theme.accent;
  if (plane.columnWidthCss < FRAMED_FROM_COLUMN_CSS) {
    context.fillRect(middleCss - 1, chartTopCss, 2, plane.bottomCss - chartTopCss);
    return;
  }
  context.fillRect(middleCss - 1, chartTopCss, 2, topCss - 2 - chartTopCss);
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  context.strokeRect(plane.columnCss(column) - 1, topCss - 1, plane.columnWidthCss + 1, plane.bottomCss - topCss + 1);
}

/** A mark where a class begins to be known worse than it was. */
export function drawForgotten(context: Surface, plane: TimePlane, row: number, column: number, theme: Theme): void {
  const [xCss, yCss] = [plane.columnCss(column), plane.rowCss(row)];
  context.fillStyle = theme.accent;
  context.strokeStyle = theme.background;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(xCss - TRIANGLE_CSS, yCss - 1);
  context.lineTo(xCss + TRIANGLE_CSS, yCss - 1);
  context.lineTo(xCss, yCss + TRIANGLE_CSS);
  context.closePath();
  context.fill();
  context.stroke();
}
