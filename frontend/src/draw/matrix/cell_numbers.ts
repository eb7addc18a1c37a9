import type { ConfusionMatrix } from "../../model/matrix";
import { cellValues } from "../../model/normalize";
import { memoise } from "../../util/memoise";
import { cellPercentText, countText, percentText } from "../../util/number_text";
import { firstFrom } from "../../util/sorted";
import type { Surface } from "../surface";
import { EMPTY, type Theme } from "../theme";
import type { Frame } from "./frame";
import { FONT_FAMILY } from "./labels";
import type { Colouring } from "./levels";
import type { Plane } from "./plane";

const FONT_SIZES_CSS = [12, 11, 10, 9];
const LINE_CSS = 16;
const PADDING_CSS = 4;
/** Smaller cells have room for no number, however short. */
const MIN_CELL_SIZE_CSS = 10;
/** Shown as “<1”, and quietly: there are many of them. */
const TINY_RATE = 0.005;

/** Writes into each cell that is seen its value, where all values fit. */
export function drawNumbers(
  context: Surface,
  frame: Frame,
  plane: Plane,
  matrix: ConfusionMatrix,
  colouring: Colouring,
  levels: Uint8Array,
  theme: Theme,
): void {
  if (plane.cellSizeCss < MIN_CELL_SIZE_CSS) return;
  const values = cellValues(matrix, colouring.normalize);
  const style = numberStyle(context, plane.cellSizeCss, colouring.normalize === "counts", values, matrix.cellCounts);
  if (style === null) return;
  context.font = style.font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const [firstTrue, endTrue] = plane.visibleTrue();
  const [firstPred, endPred] = plane.visiblePred();
  let lastInk = "";
  for (let row = firstTrue; row < Math.min(endTrue, matrix.numClasses); row++) {
    const end = matrix.rowStarts[row + 1] as number;
    for (let cell = firstFrom(matrix.predClasses, matrix.rowStarts[row] as number, end, firstPred); cell < end; cell++) {
      const column = matrix.predClasses[cell] as number;
      if (column >= endPred) break;
      const isTiny = style.isPercent && (values[cell] as number) < TINY_RATE;
      const ink = (isTiny ? theme.quietInks : theme.inks)[levels[cell] ?? EMPTY] as string;
      if (ink !== lastInk) context.fillStyle = ink;
      lastInk = ink;
      const lines = style.linesOf(values[cell] as number, matrix.cellCounts[cell] as number);
      const xCss = frame.leftCss + plane.predCss(column + 0.5);
      const yCss = frame.topCss + plane.trueCss(row + 0.5) + 0.5;
      lines.forEach((line, i) => {
        context.fillText(line, xCss, yCss + (i - (lines.length - 1) / 2) * LINE_CSS);
      });
    }
  }
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
  const [value, count] = [extremes(values), extremes(counts)];
  for (const linesOf of isCount ? [one] : [both, one]) {
    // The longest are among the largest and the smallest.
    const longest = [...linesOf(value.most, count.most), ...linesOf(value.least, count.least)];
    const numLines = longest.length / 2;
    for (const sizeCss of FONT_SIZES_CSS) {
      const font = `${sizeCss}px ${FONT_FAMILY}`;
      const width = Math.max(...longest.map((text) => textWidth(context, font, text)));
      const height = sizeCss + (numLines - 1) * LINE_CSS;
      if (Math.max(width, height) + paddingFor(sizeCss) <= cellSizeCss)
        return { font, isPercent: linesOf === one && !isCount, linesOf };
      if (linesOf === both) break; // two lines are for cells with room to spare
    }
  }
  return null;
}

const MAX_KNOWN_WIDTHS = 5000;
const knownWidths = new Map<string, number>();

/** Measured once: the same few texts come at every step. */
function textWidth(context: Surface, font: string, text: string): number {
  const key = `${font} ${text}`;
  const known = knownWidths.get(key);
  if (known !== undefined) return known;
  context.font = font;
  const { width } = context.measureText(text);
  if (knownWidths.size >= MAX_KNOWN_WIDTHS) knownWidths.clear();
  knownWidths.set(key, width);
  return width;
}

/** The smallest font may nearly touch: better that than no numbers. */
function paddingFor(sizeCss: number): number {
  return sizeCss === FONT_SIZES_CSS.at(-1) ? 1 : PADDING_CSS;
}

const extremes = memoise((numbers: Float64Array): { least: number; most: number } => {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const one of numbers) {
    if (one < least) least = one;
    if (one > most) most = one;
  }
  return { least, most };
});
