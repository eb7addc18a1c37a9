import type { Interval } from "../../model/intervals";
import { fitText, LABEL_FONT, LABEL_FONT_BOLD, labelledClasses, MIN_LABEL_SPACING_CSS } from "../matrix/labels";
import type { Surface } from "../surface";
import type { Theme } from "../theme";
import type { TimePlane } from "./time_plane";

const STEP_LABEL_SPACING_CSS = 34;

/** One metric of all classes as a line, with its interval as a band around it. */
export function drawOverall(
  context: Surface,
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
  context.save();
  context.beginPath();
  context.rect(plane.columnCss(0), chartTopCss - 2, plane.frame.widthCss, chartHeightCss + 4);
  context.clip();
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
  context.restore();
}

/** The two ends of the lines' scale, left of them. */
export function drawScale(context: Surface, plane: TimePlane, title: string, low: string, high: string, theme: Theme): void {
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
  context: Surface,
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
export function drawSteps(context: Surface, plane: TimePlane, steps: readonly number[], theme: Theme): void {
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
