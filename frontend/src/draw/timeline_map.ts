import type { Interval } from "../model/intervals";
import type { Timeline } from "../model/timeline";
import { cellPercentText } from "../util/number_text";
import { FONT_FAMILY, fitText, LABEL_FONT, LABEL_FONT_BOLD, labelledClasses, MIN_LABEL_SPACING_CSS } from "./labels";
import { levelAt, type Theme, UNDEFINED } from "./theme";
import type { TimePlane } from "./time_plane";

const GAP_FROM_ROW_CSS = 7;
const GAP_FROM_COLUMN_CSS = 4;
const NUMBER_FONT = `10px ${FONT_FAMILY}`;
const MIN_NUMBER_ROW_CSS = 14;
const MIN_NUMBER_COLUMN_CSS = 24;
const STEP_LABEL_SPACING_CSS = 34;
const TRIANGLE_CSS = 6;

/** The cells: a rate each, from 0 to `max`; where several share a pixel the lowest is seen, so that no bad one is lost. */
export function drawTimelineCells(
  context: CanvasRenderingContext2D,
  plane: TimePlane,
  timeline: Timeline,
  max: number,
  theme: Theme,
): void {
  const { rowHeightCss } = plane.frame;
  const gapDown = rowHeightCss >= GAP_FROM_ROW_CSS ? 1 : 0;
  const gapAcross = plane.columnWidthCss >= GAP_FROM_COLUMN_CSS ? 1 : 0;
  const hasNumbers = rowHeightCss >= MIN_NUMBER_ROW_CSS && plane.columnWidthCss >= MIN_NUMBER_COLUMN_CSS;
  context.font = NUMBER_FONT;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const lowestByPixel = new Map<string, number>();
  timeline.cells.forEach((column, i) => {
    column.forEach(({ rate }, row) => {
      const xCss = plane.columnCss(i);
      const yCss = plane.rowCss(row);
      const pixel = `${Math.round(xCss)},${Math.round(yCss)}`;
      if ((lowestByPixel.get(pixel) ?? Number.POSITIVE_INFINITY) < rate) return;
      if (gapDown === 0) lowestByPixel.set(pixel, rate);
      const level = Number.isNaN(rate) ? UNDEFINED : levelAt(max > 0 ? rate / max : 0);
      context.fillStyle = theme.colours[level] as string;
      context.fillRect(xCss, yCss, Math.max(plane.columnWidthCss - gapAcross, 1), Math.max(rowHeightCss - gapDown, 1));
      if (!hasNumbers || Number.isNaN(rate)) return;
      context.fillStyle = theme.inks[level] as string;
      context.fillText(rate === 0 ? "0" : cellPercentText(rate), xCss + plane.columnWidthCss / 2, yCss + rowHeightCss / 2 + 0.5);
    });
  });
}

/** One metric of all classes as a line, with its interval as a band around it. */
export function drawOverall(
  context: CanvasRenderingContext2D,
  plane: TimePlane,
  values: readonly number[],
  intervals: readonly (Interval | null)[],
  [low, high]: readonly [number, number],
  colour: string,
): void {
  const { chartTopCss, chartHeightCss } = plane.frame;
  const xOf = (column: number) => plane.columnCss(column + 0.5);
  const yOf = (value: number) => chartTopCss + chartHeightCss * (1 - (value - low) / Math.max(high - low, 1e-9));
  const defined = values
    .map((value, i) => ({ value, i, interval: intervals[i] ?? null }))
    .filter(({ value }) => !Number.isNaN(value));
  const banded = defined.flatMap(({ i, interval }) => (interval ? [{ i, interval }] : []));
  context.fillStyle = colour;
  context.globalAlpha = 0.18;
  context.beginPath();
  for (const { i, interval } of banded) context.lineTo(xOf(i), yOf(interval[1]));
  for (const { i, interval } of [...banded].reverse()) context.lineTo(xOf(i), yOf(interval[0]));
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  for (const { value, i } of defined) context.lineTo(xOf(i), yOf(value));
  context.stroke();
  if (defined.length === 1 && defined[0]) context.fillRect(xOf(defined[0].i) - 2, yOf(defined[0].value) - 2, 4, 4);
}

/** The two ends of the lines' scale, left of them. */
export function drawScale(
  context: CanvasRenderingContext2D,
  plane: TimePlane,
  title: string,
  low: string,
  high: string,
  theme: Theme,
): void {
  const { leftCss, chartTopCss, chartHeightCss, widthCss } = plane.frame;
  context.font = LABEL_FONT;
  context.fillStyle = theme.quietText;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText(high, leftCss - 7, chartTopCss + 4);
  context.fillText(title, leftCss - 7, chartTopCss + chartHeightCss / 2);
  context.fillText(low, leftCss - 7, chartTopCss + chartHeightCss - 3);
  context.fillStyle = theme.line;
  context.fillRect(leftCss, chartTopCss + chartHeightCss, widthCss, 1);
  context.fillRect(leftCss, chartTopCss, widthCss, 1);
}

/** Class names, every n-th where they would touch, and the one that is pointed at or selected always. */
export function drawTimelineNames(
  context: CanvasRenderingContext2D,
  plane: TimePlane,
  names: readonly string[],
  pointed: readonly number[],
  theme: Theme,
): void {
  const { leftCss, rowHeightCss } = plane.frame;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const row of labelledClasses(0, names.length, rowHeightCss, pointed, MIN_LABEL_SPACING_CSS)) {
    const isPointed = pointed.includes(row);
    context.font = isPointed ? LABEL_FONT_BOLD : LABEL_FONT;
    context.fillStyle = isPointed ? theme.text : theme.quietText;
    context.fillText(fitText(context, names[row] as string, leftCss - 10), leftCss - 7, plane.rowCss(row + 0.5) + 0.5);
  }
}

/** Steps below the cells, thinned so that none touch. */
export function drawSteps(context: CanvasRenderingContext2D, plane: TimePlane, steps: readonly number[], theme: Theme): void {
  context.font = LABEL_FONT;
  context.fillStyle = theme.quietText;
  context.textAlign = "center";
  context.textBaseline = "top";
  const longestCss = Math.max(0, ...[steps[0], steps.at(-1)].map((step) => context.measureText(String(step ?? "")).width));
  for (const column of labelledClasses(
    0,
    steps.length,
    plane.columnWidthCss,
    [],
    Math.max(STEP_LABEL_SPACING_CSS, longestCss + 8),
  )) {
    context.fillText(String(steps[column]), plane.columnCss(column + 0.5), plane.bottomCss + 5);
  }
}

/** Where somebody is: the playhead through lines and cells, the selected row, the steps that are being brushed. */
export function drawPlace(
  context: CanvasRenderingContext2D,
  plane: TimePlane,
  playhead: number | null,
  selectedRow: number | null,
  brush: readonly [number, number] | null,
  theme: Theme,
): void {
  const { leftCss, chartTopCss, widthCss, rowHeightCss } = plane.frame;
  if (brush) {
    context.fillStyle = theme.text;
    context.globalAlpha = 0.14;
    context.fillRect(
      plane.columnCss(brush[0]),
      chartTopCss,
      plane.columnCss(brush[1] + 1) - plane.columnCss(brush[0]),
      plane.bottomCss - chartTopCss,
    );
    context.globalAlpha = 1;
  }
  if (playhead !== null) {
    context.fillStyle = theme.accent;
    context.fillRect(Math.round(plane.columnCss(playhead + 0.5)) - 1, chartTopCss, 2, plane.bottomCss - chartTopCss);
  }
  if (selectedRow !== null) {
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    context.strokeRect(leftCss - 1, plane.rowCss(selectedRow) - 1, widthCss + 1, Math.max(rowHeightCss, 3) + 1);
  }
}

/** A mark where a class begins to be known worse than it was. */
export function drawForgotten(
  context: CanvasRenderingContext2D,
  plane: TimePlane,
  row: number,
  column: number,
  theme: Theme,
): void {
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
