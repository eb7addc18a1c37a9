import { format } from "d3-format";
import { largestDifference } from "../../model/changes";
import type { Comparison } from "../../model/comparison";
import { ConfusionMatrix } from "../../model/matrix";
import { memoise } from "../../util/memoise";
import type { Surface } from "../surface";
import type { Theme } from "../theme";
import { differenceLevel, divergingTheme } from "./diverging";
import type { Frame } from "./frame";
import { FONT_FAMILY } from "./labels";
import type { Plane } from "./plane";
import { LevelPyramid } from "./pyramid";
import { paintCells, paintCellsAhead } from "./raster";

const NUMBER_FONT_CSS = 11;
const MIN_NUMBER_CELL_CSS = 32;
const POINTS = format("+.1f");
const NO_LINES = { rows: [], columns: [] };

/** The cells that were compared as a matrix, for what draws matrices: where cells are, whatever they hold. */
const cellsOf = memoise((comparison: Comparison): ConfusionMatrix => {
  const { match, trueClass, predClass } = comparison;
  return new ConfusionMatrix(match.pairs.length, trueClass, predClass, new Float64Array(trueClass.length).fill(1), false);
});

/** The levels of differences for drawing, and those where what may be chance is faint. */
const pyramids = memoise((comparison: Comparison) => makePyramid(comparison, false));
const fadingPyramids = memoise((comparison: Comparison) => makePyramid(comparison, true));

function differencePyramid(comparison: Comparison, isFading: boolean): LevelPyramid {
  return (isFading ? fadingPyramids : pyramids)(comparison);
}

function makePyramid(comparison: Comparison, isFading: boolean): LevelPyramid {
  const max = largestDifference(comparison, isFading);
  const levels = new Uint8Array(comparison.delta.length);
  for (let i = 0; i < levels.length; i++) {
    const delta = comparison.delta[i] as number;
    if (!Number.isNaN(delta)) levels[i] = differenceLevel(delta, max, isFading && comparison.isSignificant[i] === 0);
  }
  return new LevelPyramid(cellsOf(comparison), levels);
}

/** What drawing differences takes long over, a step at a time: then it is there when they are drawn. */
export function* differenceSteps(comparison: Comparison, plane: Plane, isFading: boolean, theme: Theme): Generator<void, void> {
  const pyramid = differencePyramid(comparison, isFading);
  yield;
  pyramid.gridFor(plane.cellSizeDevice);
  yield;
  paintCellsAhead(pyramid, NO_LINES, plane, divergingTheme(theme));
}

/**
 * Draws differences of rates, as far to either side of 0 as the largest of them lies; with `isFading` those that may be chance faintly
 * and without a number.
 */
export function drawDifferences(
  context: Surface,
  frame: Frame,
  plane: Plane,
  comparison: Comparison,
  isFading: boolean,
  theme: Theme,
): void {
  const diverging = divergingTheme(theme);
  const pyramid = differencePyramid(comparison, isFading);
  context.drawPixels(paintCells(pyramid, NO_LINES, plane, diverging), frame.leftCss, frame.topCss, plane.sideCss, plane.sideCss);
  if (plane.cellSizeCss >= MIN_NUMBER_CELL_CSS) drawNumbers(context, frame, plane, comparison, pyramid.levels, isFading, diverging);
  context.strokeStyle = theme.line;
  context.strokeRect(frame.leftCss - 0.5, frame.topCss - 0.5, plane.sideCss + 1, plane.sideCss + 1);
}

function drawNumbers(
  context: Surface,
  frame: Frame,
  plane: Plane,
  comparison: Comparison,
  levels: Uint8Array,
  isFading: boolean,
  theme: Theme,
): void {
  context.font = `${NUMBER_FONT_CSS}px ${FONT_FAMILY}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  comparison.delta.forEach((delta, i) => {
    if (!(Math.abs(delta) >= 0.0005) || (isFading && comparison.isSignificant[i] === 0)) return;
    context.fillStyle = theme.inks[levels[i] as number] as string;
    const xCss = frame.leftCss + plane.predCss((comparison.predClass[i] as number) + 0.5);
    context.fillText(POINTS(delta * 100), xCss, frame.topCss + plane.trueCss((comparison.trueClass[i] as number) + 0.5) + 0.5);
  });
}
