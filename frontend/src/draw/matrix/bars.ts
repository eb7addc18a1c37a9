import type { ConfusionMatrix } from "../../model/matrix";
import { ratio } from "../../model/normalize";
import { memoise } from "../../util/memoise";
import type { Surface } from "../surface";
import { EMPTY, type Theme, toPixel } from "../theme";
import { BAR_GAP_CSS, BAR_LENGTH_CSS, BAR_ROOM_CSS } from "./card_layout";
import type { Frame } from "./frame";
import { LABEL_FONT } from "./labels";
import type { Plane } from "./plane";

const BAR_THICKNESS = 0.52;
/** Below this bars fill their rows and become a profile. */
const MIN_BAR_CELL_SIZE_CSS = 4;
/** From the cells to the title of the bars, which stands beyond their ends. */
const TITLE_AT_CSS = BAR_GAP_CSS + BAR_LENGTH_CSS + 3;
const AXES = ["rows", "columns"] as const;
type Axis = (typeof AXES)[number];

/** Recall at the end of each row, precision at the foot of each column; the track behind a bar is 100 %. */
export function drawBars(
  context: Surface,
  frame: Frame,
  plane: Plane,
  matrix: ConfusionMatrix,
  runColour: string,
  theme: Theme,
): void {
  for (const axis of AXES) {
    if (plane.cellSizeDevice < 1) drawProfile(context, frame, plane, axis, profileOf(matrix, plane, axis), runColour, theme);
    else drawSingleBars(context, frame, plane, axis, ratesOf(matrix, axis), matrix.numClasses, runColour, theme);
  }
}

/** Makes what bars that share pixels are drawn from, an axis a step; it is remembered. */
export function* barSteps(matrix: ConfusionMatrix, plane: Plane): Generator<void, void> {
  for (const axis of AXES) {
    if (plane.cellSizeDevice < 1) profileOf(matrix, plane, axis);
    yield;
  }
}

/** What the bars are, beyond their ends: right of those of the rows, below those of the columns. */
export function drawBarTitles(context: Surface, frame: Frame, plane: Plane, [right, foot]: readonly string[], theme: Theme): void {
  context.font = LABEL_FONT;
  context.fillStyle = theme.quietText;
  context.textBaseline = "top";
  context.textAlign = "center";
  context.fillText(foot ?? "", frame.leftCss + plane.sideCss / 2, frame.topCss + plane.sideCss + TITLE_AT_CSS);
  context.save();
  context.translate(frame.leftCss + plane.sideCss + TITLE_AT_CSS, frame.topCss + plane.sideCss / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(right ?? "", 0, 0);
  context.restore();
}

/** The rate of a drawn row or column; NaN without samples. */
function ratesOf(matrix: ConfusionMatrix, axis: Axis): (index: number) => number {
  const outOf = axis === "rows" ? matrix.support : matrix.predictedCount;
  return (index) => ratio(matrix.truePositives[index] ?? 0, outOf[index] ?? 0);
}

function visibleOf(plane: Plane, axis: Axis, numClasses: number): [number, number] {
  const [from, to] = axis === "rows" ? plane.visibleTrue() : plane.visiblePred();
  return [from, Math.min(to, numClasses)];
}

function drawSingleBars(
  context: Surface,
  frame: Frame,
  plane: Plane,
  axis: Axis,
  rateOf: (index: number) => number,
  numClasses: number,
  runColour: string,
  theme: Theme,
): void {
  const startCss = (axis === "rows" ? frame.leftCss : frame.topCss) + plane.sideCss + BAR_GAP_CSS;
  const thickness = plane.cellSizeCss * (plane.cellSizeCss < MIN_BAR_CELL_SIZE_CSS ? 1 : BAR_THICKNESS);
  const offset = (plane.cellSizeCss - thickness) / 2;
  const [from, to] = visibleOf(plane, axis, numClasses);
  const rectangle = (index: number, length: number) => {
    if (axis === "rows") context.fillRect(startCss, frame.topCss + plane.trueCss(index) + offset, length, thickness);
    else context.fillRect(frame.leftCss + plane.predCss(index) + offset, startCss, thickness, length);
  };
  context.save();
  context.beginPath();
  if (axis === "rows") context.rect(frame.leftCss, frame.topCss, plane.sideCss + BAR_ROOM_CSS, plane.sideCss);
  else context.rect(frame.leftCss, frame.topCss, plane.sideCss, plane.sideCss + BAR_ROOM_CSS);
  context.clip();
  for (let index = from; index < to; index++) {
    const rate = rateOf(index);
    if (Number.isNaN(rate)) continue; // no samples: no track either, which would look like 0 %
    context.fillStyle = theme.track;
    rectangle(index, BAR_LENGTH_CSS);
    context.fillStyle = runColour;
    if (rate > 0) rectangle(index, rate * BAR_LENGTH_CSS);
  }
  context.restore();
}

/** The lowest and the highest of the rates that share a pixel, a place a pixel; 2 and -1 where there is none. */
interface Profile {
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
}

const lastProfiles = memoise((_: ConfusionMatrix) => new Map<Axis, { readonly key: string; readonly profile: Profile }>());

/** The same as before while the plane is. */
function profileOf(matrix: ConfusionMatrix, plane: Plane, axis: Axis): Profile {
  const last = lastProfiles(matrix);
  const key = JSON.stringify(plane);
  const known = last.get(axis);
  if (known?.key === key) return known.profile;
  const profile = makeProfile(matrix, plane, axis);
  last.set(axis, { key, profile });
  return profile;
}

function makeProfile(matrix: ConfusionMatrix, plane: Plane, axis: Axis): Profile {
  const side = plane.sideDevice;
  const [lowest, highest] = [new Float64Array(side).fill(2), new Float64Array(side).fill(-1)];
  const [from, to] = visibleOf(plane, axis, matrix.numClasses);
  const rateOf = ratesOf(matrix, axis);
  for (let index = from; index < to; index++) {
    const rate = rateOf(index);
    const at = axis === "rows" ? plane.trueEdgeDevice(index) : plane.predEdgeDevice(index);
    const place = Math.min(Math.max(at, 0), side - 1);
    // Not so for NaN.
    if (rate < (lowest[place] as number)) lowest[place] = rate;
    if (rate > (highest[place] as number)) highest[place] = rate;
  }
  return { lowest, highest };
}

/** Where several share a pixel: up to the lowest in the run's colour, from there to the highest in a paler one. */
function drawProfile(
  context: Surface,
  frame: Frame,
  plane: Plane,
  axis: Axis,
  { lowest, highest }: Profile,
  runColour: string,
  theme: Theme,
): void {
  const side = plane.sideDevice;
  const length = Math.round(BAR_LENGTH_CSS * plane.pixelRatio);
  const image = axis === "rows" ? new ImageData(length, side) : new ImageData(side, length);
  const pixels = new Uint32Array(image.data.buffer).fill(theme.pixels[EMPTY] as number);
  const [run, pale, track] = [toPixel(runColour), mixed(toPixel(runColour), toPixel(theme.track)), toPixel(theme.track)];
  for (let place = 0; place < side; place++) {
    if ((highest[place] as number) < 0) continue;
    const [solid, most] = [Math.round((lowest[place] as number) * length), Math.round((highest[place] as number) * length)];
    for (let along = 0; along < length; along++) {
      pixels[axis === "rows" ? place * length + along : along * side + place] = along < solid ? run : along < most ? pale : track;
    }
  }
  const awayCss = plane.sideCss + BAR_GAP_CSS;
  if (axis === "rows") context.drawPixels(image, frame.leftCss + awayCss, frame.topCss, BAR_LENGTH_CSS, plane.sideCss);
  else context.drawPixels(image, frame.leftCss, frame.topCss + awayCss, plane.sideCss, BAR_LENGTH_CSS);
}

/** Half of one colour and half of another. */
function mixed(a: number, b: number): number {
  const half = (shift: number) => (((a >>> shift) & 255) + ((b >>> shift) & 255)) >>> 1;
  return ((255 << 24) | (half(16) << 16) | (half(8) << 8) | half(0)) >>> 0;
}
