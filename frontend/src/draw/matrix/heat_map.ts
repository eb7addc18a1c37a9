import { type Cell, type ConfusionMatrix, isSameCell } from "../../model/matrix";
import type { Surface } from "../surface";
import type { Theme } from "../theme";
import { barSteps, drawBars, drawBarTitles } from "./bars";
import type { GroupRun } from "./brackets";
import { AXIS_TITLE_ROOM_CSS, NAME_SLOPE } from "./card_layout";
import { drawNumbers } from "./cell_numbers";
import type { Frame } from "./frame";
import { axisLabels, fitText, LABEL_FONT, LABEL_FONT_BOLD, longestLabelCss, MIN_LABEL_SPACING_CSS } from "./labels";
import { areLarge, fillCells } from "./large_cells";
import { type Colouring, levelPyramid, undefinedLines } from "./levels";
import type { Plane } from "./plane";
import { paintCells, paintCellsAhead } from "./raster";

/** Between the names of two columns that lie. */
const NAME_PADDING_CSS = 4;
const EDGE_CSS = 16;

/** What drawing a matrix takes long over, a step at a time: then it is there when it is drawn. */
export function* matrixSteps(matrix: ConfusionMatrix, plane: Plane, colouring: Colouring, theme: Theme): Generator<void, void> {
  const pyramid = levelPyramid(matrix, colouring);
  yield;
  pyramid.gridFor(plane.cellSizeDevice);
  yield;
  if (!areLarge(plane)) paintCellsAhead(pyramid, undefinedLines(matrix, colouring.normalize), plane, theme);
  yield;
  yield* barSteps(matrix, plane);
}

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
  const pyramid = levelPyramid(matrix, colouring);
  const lines = undefinedLines(matrix, colouring.normalize);
  if (areLarge(plane)) fillCells(context, frame, pyramid, lines, plane, theme);
  else context.drawPixels(paintCells(pyramid, lines, plane, theme), frame.leftCss, frame.topCss, plane.sideCss, plane.sideCss);
  context.save();
  clipToFrame(context, frame, plane);
  drawNumbers(context, frame, plane, matrix, colouring, pyramid.levels, theme);
  context.restore();
  drawBars(context, frame, plane, matrix, runColour, theme);
  drawBarTitles(context, frame, plane, isTransposed ? ["precision", "recall"] : ["recall", "precision"], theme);
  context.strokeStyle = theme.line;
  context.strokeRect(frame.leftCss - 0.5, frame.topCss - 0.5, plane.sideCss + 1, plane.sideCss + 1);
}

/** Draws what follows the pointer: the names of the classes (or of groups), and frames around the cell pointed at and the selected one. */
export function drawOverlay(
  context: Surface,
  frame: Frame,
  plane: Plane,
  classNames: readonly string[],
  hover: Cell | null,
  selection: Cell | null,
  isTransposed: boolean,
  runs: readonly GroupRun[],
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
      runs,
      theme,
    );
  }
  drawColumnNames(
    context,
    frame,
    plane,
    classNames,
    pointed.map((cell) => cell.predClass),
    runs,
    theme,
  );
  if (hover && !isSameCell(hover, selection)) drawCellFrame(context, frame, plane, hover, theme.quietText, 1);
  if (selection) drawCellFrame(context, frame, plane, selection, theme.text, 2);
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
  runs: readonly GroupRun[],
  theme: Theme,
): void {
  context.textAlign = "right";
  context.textBaseline = "middle";
  const labels = axisLabels(names, plane.visibleTrue(), plane.cellSizeCss, pointed, MIN_LABEL_SPACING_CSS, runs);
  for (const { text, at, isPointed } of labels) {
    const yCss = plane.trueCss(at);
    if (yCss < 0 || yCss > plane.sideCss) continue;
    setLabelStyle(context, isPointed, theme);
    const roomCss = frame.leftCss - 8 - AXIS_TITLE_ROOM_CSS - frame.bracketRoomCss;
    context.fillText(fitText(context, text, roomCss), frame.leftCss - 7, frame.topCss + yCss + 0.5);
  }
}

/** Upright where all fit their columns, else leaning. */
function drawColumnNames(
  context: Surface,
  frame: Frame,
  plane: Plane,
  names: readonly string[],
  pointed: number[],
  runs: readonly GroupRun[],
  theme: Theme,
): void {
  const slope = longestLabelCss(names) + NAME_PADDING_CSS <= plane.cellSizeCss ? 0 : NAME_SLOPE;
  // Leaning names touch sooner than lying ones.
  const spacingCss = slope === 0 ? MIN_LABEL_SPACING_CSS : MIN_LABEL_SPACING_CSS / Math.sin(slope) - 4;
  context.textAlign = slope === 0 ? "center" : "left";
  context.textBaseline = "alphabetic";
  for (const { text, at, isPointed } of axisLabels(names, plane.visiblePred(), plane.cellSizeCss, pointed, spacingCss, runs)) {
    const xCss = plane.predCss(at);
    if (xCss < 0 || xCss > plane.sideCss) continue;
    setLabelStyle(context, isPointed, theme);
    context.save();
    context.translate(frame.leftCss + xCss + (slope === 0 ? 0 : 2), frame.topCss - 6);
    context.rotate(-slope);
    context.fillText(fitText(context, text, columnNameRoomCss(frame, xCss, slope)), 0, 0);
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
