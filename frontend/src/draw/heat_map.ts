import { type Cell, type ConfusionMatrix, isSameCell } from "../model/matrix";
import { classMetrics } from "../model/metrics";
import { cellValues } from "../model/normalize";
import { cellPercentText, countText, percentText } from "../util/number_text";
import { AXIS_TITLE_ROOM_CSS, BAR_GAP_CSS, BAR_LENGTH_CSS, BAR_ROOM_CSS, NAME_SLOPE } from "./card_layout";
import {
  FONT_FAMILY,
  fitText,
  LABEL_FONT,
  LABEL_FONT_BOLD,
  labelledClasses,
  longestLabelCss,
  MIN_LABEL_SPACING_CSS,
} from "./labels";
import { type Colouring, cellLevels, undefinedLines } from "./levels";
import type { Plane } from "./plane";
import { paintCells } from "./raster";
import type { Surface } from "./surface";
import { EMPTY, type Theme } from "./theme";

/** Where the square of cells lies on its canvas. */
export interface Frame {
  readonly leftCss: number;
  readonly topCss: number;
  readonly widthCss: number;
  readonly heightCss: number;
  /** Left of the names of the rows. */
  readonly bracketRoomCss: number;
  /** Whether the names of the rows stand left of the cells. */
  readonly hasRowNames: boolean;
}

const NUMBER_FONT_SIZES_CSS = [12, 11, 10, 9];
const NUMBER_LINE_CSS = 16;
const NUMBER_PADDING_CSS = 4;
/** Shown as “<1”, and quietly: there are many of them. */
const TINY_RATE = 0.005;
const BAR_THICKNESS = 0.52;
const EDGE_CSS = 16;
/** Below this bars fill their rows and become a profile. */
const MIN_BAR_CELL_SIZE_CSS = 4;

/** Draws the cells, their numbers and the bars of recall and precision; of a transposed matrix the bars' names are exchanged. */
export function drawMatrix(
  context: Surface,
  frame: Frame,
  plane: Plane,
  matrix: ConfusionMatrix,
  colouring: Colouring,
  theme: Theme,
  runColour: string,
  isTransposed: boolean,
): void {
  const levels = cellLevels(matrix, colouring);
  const image = paintCells(matrix, levels, undefinedLines(matrix, colouring.normalize), plane, theme);
  context.drawPixels(image, frame.leftCss, frame.topCss, plane.sideCss, plane.sideCss);
  drawNumbers(context, frame, plane, matrix, colouring, levels, theme);
  drawBars(context, frame, plane, matrix, runColour, theme);
  drawBarTitles(context, frame, plane, isTransposed ? ["precision", "recall"] : ["recall", "precision"], theme);
  context.strokeStyle = theme.line;
  context.strokeRect(frame.leftCss - 0.5, frame.topCss - 0.5, plane.sideCss + 1, plane.sideCss + 1);
}

/** Draws what follows the pointer: the class names, and frames around the cell pointed at and the selected one. */
export function drawOverlay(
  context: Surface,
  frame: Frame,
  plane: Plane,
  classNames: readonly string[],
  hover: Cell | null,
  selection: Cell | null,
  isTransposed: boolean,
  theme: Theme,
): void {
  const pointed = [hover, selection].filter((cell) => cell !== null);
  drawAxisTitles(
    context,
    frame,
    plane,
    isTransposed ? ["Predicted label", "True label"] : ["True label", "Predicted label"],
    theme,
  );
  if (frame.hasRowNames) {
    drawRowNames(
      context,
      frame,
      plane,
      classNames,
      pointed.map((cell) => cell.trueClass),
      theme,
    );
  }
  drawColumnNames(
    context,
    frame,
    plane,
    classNames,
    pointed.map((cell) => cell.predClass),
    theme,
  );
  if (hover && !isSameCell(hover, selection)) drawCellFrame(context, frame, plane, hover, theme.quietText, 1);
  if (selection) drawCellFrame(context, frame, plane, selection, theme.text, 2);
}

function drawNumbers(
  context: Surface,
  frame: Frame,
  plane: Plane,
  matrix: ConfusionMatrix,
  colouring: Colouring,
  levels: Uint8Array,
  theme: Theme,
): void {
  const values = cellValues(matrix, colouring.normalize);
  const style = numberStyle(context, plane.cellSizeCss, colouring.normalize === "counts", values, matrix.cellCounts);
  if (style === null) return;
  context.font = style.font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.save();
  clipToFrame(context, frame, plane);
  for (let cell = 0; cell < values.length; cell++) {
    const xCss = plane.predCss((matrix.predClasses[cell] as number) + 0.5);
    const yCss = plane.trueCss((matrix.trueClasses[cell] as number) + 0.5);
    if (Math.min(xCss, yCss) < -plane.cellSizeCss || Math.max(xCss, yCss) > plane.sideCss + plane.cellSizeCss) continue;
    const isTiny = style.isPercent && (values[cell] as number) < TINY_RATE;
    context.fillStyle = (isTiny ? theme.quietInks : theme.inks)[levels[cell] ?? EMPTY] as string;
    const lines = style.linesOf(values[cell] as number, matrix.cellCounts[cell] as number);
    lines.forEach((line, i) => {
      context.fillText(line, frame.leftCss + xCss, frame.topCss + yCss + 0.5 + (i - (lines.length - 1) / 2) * NUMBER_LINE_CSS);
    });
  }
  context.restore();
}

interface NumberStyle {
  readonly font: string;
  /** Whether values are told in whole percent. */
  readonly isPercent: boolean;
  readonly linesOf: (value: number, count: number) => string[];
}

/** What is written into cells: rate and count where both fit, else one; the largest font in which every cell's fits; null if none does. */
function numberStyle(
  context: Surface,
  cellSizeCss: number,
  isCount: boolean,
  values: Float64Array,
  counts: Float64Array,
): NumberStyle | null {
  const one: NumberStyle["linesOf"] = isCount ? (value) => [countText(value)] : (value) => [cellPercentText(value)];
  const both: NumberStyle["linesOf"] = (value, count) => [percentText(value), countText(count)];
  for (const linesOf of isCount ? [one] : [both, one]) {
    // The longest are among the largest and the smallest.
    const longest = [...linesOf(largest(values), largest(counts)), ...linesOf(smallest(values), smallest(counts))];
    const numLines = longest.length / 2;
    for (const sizeCss of NUMBER_FONT_SIZES_CSS) {
      const font = `${sizeCss}px ${FONT_FAMILY}`;
      context.font = font;
      const width = Math.max(...longest.map((text) => context.measureText(text).width));
      const height = sizeCss + (numLines - 1) * NUMBER_LINE_CSS;
      if (Math.max(width, height) + paddingFor(sizeCss) <= cellSizeCss)
        return { font, isPercent: linesOf === one && !isCount, linesOf };
      if (linesOf === both) break; // two lines are for cells with room to spare
    }
  }
  return null;
}

/** The smallest font may nearly touch: better that than no numbers. */
function paddingFor(sizeCss: number): number {
  return sizeCss === NUMBER_FONT_SIZES_CSS.at(-1) ? 1 : NUMBER_PADDING_CSS;
}

function largest(numbers: Float64Array): number {
  return numbers.reduce((a, b) => Math.max(a, b), 0);
}

function smallest(numbers: Float64Array): number {
  return numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

/** Recall at the end of each row, precision at the foot of each column; the track behind a bar is 100 %. */
function drawBars(context: Surface, frame: Frame, plane: Plane, matrix: ConfusionMatrix, runColour: string, theme: Theme): void {
  const rightCss = frame.leftCss + plane.sideCss + BAR_GAP_CSS;
  const bottomCss = frame.topCss + plane.sideCss + BAR_GAP_CSS;
  const thickness = plane.cellSizeCss * (plane.cellSizeCss < MIN_BAR_CELL_SIZE_CSS ? 1 : BAR_THICKNESS);
  const offset = (plane.cellSizeCss - thickness) / 2;
  const draw = (share: number, fill: (length: number) => void) => {
    if (Number.isNaN(share)) return; // no samples: no track either, which would look like 0 %
    context.fillStyle = theme.track;
    fill(BAR_LENGTH_CSS);
    context.fillStyle = runColour;
    if (share > 0) fill(share * BAR_LENGTH_CSS);
  };
  context.save();
  context.beginPath();
  context.rect(frame.leftCss, frame.topCss, plane.sideCss + BAR_ROOM_CSS, plane.sideCss);
  context.rect(frame.leftCss, frame.topCss, plane.sideCss, plane.sideCss + BAR_ROOM_CSS);
  context.clip();
  for (const trueClass of rangeWithin(plane.visibleTrue(), matrix.numClasses)) {
    const topCss = frame.topCss + plane.trueCss(trueClass) + offset;
    draw(classMetrics(matrix, trueClass).recall, (length) => context.fillRect(rightCss, topCss, length, thickness));
  }
  for (const predClass of rangeWithin(plane.visiblePred(), matrix.numClasses)) {
    const leftCss = frame.leftCss + plane.predCss(predClass) + offset;
    draw(classMetrics(matrix, predClass).precision, (length) => context.fillRect(leftCss, bottomCss, thickness, length));
  }
  context.restore();
}

function drawBarTitles(context: Surface, frame: Frame, plane: Plane, [right, foot]: string[], theme: Theme): void {
  const bottomCss = frame.topCss + plane.sideCss + BAR_GAP_CSS;
  context.font = LABEL_FONT;
  context.fillStyle = theme.quietText;
  context.textBaseline = "top";
  context.textAlign = "left";
  context.fillText(right ?? "", frame.leftCss + plane.sideCss + BAR_GAP_CSS, bottomCss);
  if (!frame.hasRowNames) return;
  context.textAlign = "right";
  context.fillText(foot ?? "", frame.leftCss - 7, bottomCss);
}

/** What the axes are; the names of the classes stand between them and the cells. */
function drawAxisTitles(context: Surface, frame: Frame, plane: Plane, [down, across]: string[], theme: Theme): void {
  context.font = LABEL_FONT;
  context.fillStyle = theme.quietText;
  context.textBaseline = "top";
  context.textAlign = "center";
  context.fillText(across ?? "", frame.leftCss + plane.sideCss / 2, 2);
  if (!frame.hasRowNames) return;
  context.save();
  context.translate(0, frame.topCss + plane.sideCss / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(down ?? "", 0, 0);
  context.restore();
}

function drawRowNames(
  context: Surface,
  frame: Frame,
  plane: Plane,
  names: readonly string[],
  pointed: number[],
  theme: Theme,
): void {
  context.textAlign = "right";
  context.textBaseline = "middle";
  const [from, to] = plane.visibleTrue();
  for (const one of labelledClasses(from, Math.min(to, names.length), plane.cellSizeCss, pointed, MIN_LABEL_SPACING_CSS)) {
    const yCss = plane.trueCss(one + 0.5);
    if (yCss < 0 || yCss > plane.sideCss) continue;
    setLabelStyle(context, pointed.includes(one), theme);
    context.fillText(
      fitText(context, names[one] as string, frame.leftCss - 8 - AXIS_TITLE_ROOM_CSS - frame.bracketRoomCss),
      frame.leftCss - 7,
      frame.topCss + yCss + 0.5,
    );
  }
}

/** Upright where all fit their columns, else leaning. */
function drawColumnNames(
  context: Surface,
  frame: Frame,
  plane: Plane,
  names: readonly string[],
  pointed: number[],
  theme: Theme,
): void {
  const [from, to] = plane.visiblePred();
  const slope = longestLabelCss(names) + NUMBER_PADDING_CSS <= plane.cellSizeCss ? 0 : NAME_SLOPE;
  // Leaning names touch sooner than lying ones.
  const spacingCss = slope === 0 ? MIN_LABEL_SPACING_CSS : MIN_LABEL_SPACING_CSS / Math.sin(slope) - 4;
  context.textAlign = slope === 0 ? "center" : "left";
  context.textBaseline = "alphabetic";
  for (const one of labelledClasses(from, Math.min(to, names.length), plane.cellSizeCss, pointed, spacingCss)) {
    const xCss = plane.predCss(one + 0.5);
    if (xCss < 0 || xCss > plane.sideCss) continue;
    setLabelStyle(context, pointed.includes(one), theme);
    context.save();
    context.translate(frame.leftCss + xCss + (slope === 0 ? 0 : 2), frame.topCss - 6);
    context.rotate(-slope);
    context.fillText(fitText(context, names[one] as string, columnNameRoomCss(frame, xCss, slope)), 0, 0);
    context.restore();
  }
}

/** How long a name may be before it leaves the card at its top or its right. */
function columnNameRoomCss(frame: Frame, xCss: number, slope: number): number {
  if (slope === 0) return Number.POSITIVE_INFINITY;
  return Math.min(
    (frame.topCss - EDGE_CSS - AXIS_TITLE_ROOM_CSS) / Math.sin(slope),
    (frame.widthCss - frame.leftCss - xCss) / Math.cos(slope),
  );
}

function setLabelStyle(context: Surface, isPointed: boolean, theme: Theme): void {
  context.font = isPointed ? LABEL_FONT_BOLD : LABEL_FONT;
  context.fillStyle = isPointed ? theme.text : theme.quietText;
}

function drawCellFrame(context: Surface, frame: Frame, plane: Plane, cell: Cell, colour: string, widthCss: number): void {
  const sizeCss = Math.max(plane.cellSizeCss, 4);
  const xCss = frame.leftCss + plane.predCss(cell.predClass) + (plane.cellSizeCss - sizeCss) / 2;
  const yCss = frame.topCss + plane.trueCss(cell.trueClass) + (plane.cellSizeCss - sizeCss) / 2;
  context.save();
  clipToFrame(context, frame, plane, 2);
  context.strokeStyle = colour;
  context.lineWidth = widthCss;
  context.strokeRect(xCss - 0.5, yCss - 0.5, sizeCss, sizeCss);
  context.restore();
}

function clipToFrame(context: Surface, frame: Frame, plane: Plane, marginCss = 0): void {
  context.beginPath();
  context.rect(frame.leftCss - marginCss, frame.topCss - marginCss, plane.sideCss + 2 * marginCss, plane.sideCss + 2 * marginCss);
  context.clip();
}

function rangeWithin([from, to]: [number, number], numClasses: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(to, numClasses) - from) }, (_, i) => from + i);
}
