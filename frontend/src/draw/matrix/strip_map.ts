import type { ConfusionMatrix } from "../../model/matrix";
import type { Surface } from "../surface";
import { EMPTY, type Theme, UNDEFINED } from "../theme";
import { BAR_GAP_CSS } from "./card_layout";
import type { Frame } from "./frame";
import { type Colouring, cellLevels, undefinedLines } from "./levels";
import type { Plane } from "./plane";
import { raise } from "./raster";

/** Smaller cells have one colour: a strip in them couldn't be read. */
export const MIN_STRIP_CELL_CSS = 12;
/** Bands at least this high are set apart. */
const GAP_FROM_BAND_DEVICE = 5;
const KEY_WIDTH_CSS = 6;

/** A band's matrices as they are drawn: oriented, with the colour of its run. */
export interface DrawnBand {
  readonly matrices: readonly (ConfusionMatrix | null)[];
  readonly runColour: string;
}

/** Draws the history of each cell within it: steps across, a band a run, whose order the marks right of each row tell. */
export function drawStrips(
  context: Surface,
  frame: Frame,
  plane: Plane,
  numClasses: number,
  bands: readonly DrawnBand[],
  colouring: Colouring,
  theme: Theme,
): void {
  const image = paintStrips(plane, numClasses, bands, colouring, theme);
  context.drawPixels(image, frame.leftCss, frame.topCss, plane.sideCss, plane.sideCss);
  context.strokeStyle = theme.line;
  context.strokeRect(frame.leftCss - 0.5, frame.topCss - 0.5, plane.sideCss + 1, plane.sideCss + 1);
  drawKey(context, frame, plane, numClasses, bands);
}

/** The place of each cell's pixels, and within it of each band's, in device pixels. */
class StripGrid {
  private readonly rows: readonly number[];
  readonly firstTrue: number;
  readonly firstPred: number;
  readonly seenRows: readonly number[];
  readonly seenColumns: readonly number[];
  /** From where to where each seen column reaches, the line right of it left out; null where it has no room. */
  private readonly across: readonly (readonly [number, number] | null)[];

  constructor(
    plane: Plane,
    numClasses: number,
    private readonly numBands: number,
  ) {
    const within = (edge: number) => Math.min(Math.max(edge, 0), plane.sideDevice);
    const [firstTrue, endTrue] = plane.visibleTrue();
    const [firstPred, endPred] = plane.visiblePred();
    const range = (from: number, to: number) =>
      Array.from({ length: Math.max(0, Math.min(to, numClasses) - from) }, (_, i) => from + i);
    [this.firstTrue, this.firstPred] = [firstTrue, firstPred];
    [this.seenRows, this.seenColumns] = [range(firstTrue, endTrue), range(firstPred, endPred)];
    this.rows = [...this.seenRows, firstTrue + this.seenRows.length].map((row) => within(plane.trueEdgeDevice(row)));
    const columns = [...this.seenColumns, firstPred + this.seenColumns.length].map((column) =>
      within(plane.predEdgeDevice(column)),
    );
    this.across = this.seenColumns.map((_, i) => between(columns, i));
  }

  /** From where to where a column reaches, the line right of it left out; null where it isn't seen. */
  acrossAt(predClass: number): readonly [number, number] | null {
    return this.across[predClass - this.firstPred] ?? null;
  }

  /** From where to where a band of a row reaches. */
  bandAt(trueClass: number, band: number): readonly [number, number] | null {
    const row = between(this.rows, trueClass - this.firstTrue);
    if (row === null) return null;
    const height = (row[1] - row[0]) / this.numBands;
    const [top, bottom] = [row[0] + Math.round(band * height), row[0] + Math.round((band + 1) * height)];
    return [top, bottom - (height >= GAP_FROM_BAND_DEVICE && band < this.numBands - 1 ? 1 : 0)];
  }
}

/** From an edge to the line before the next; null where there is no room between them. */
function between(edges: readonly number[], i: number): readonly [number, number] | null {
  const [from, to] = [edges[i], edges[i + 1]];
  return from === undefined || to === undefined || to - 1 <= from ? null : [from, to - 1];
}

function paintStrips(plane: Plane, numClasses: number, bands: readonly DrawnBand[], colouring: Colouring, theme: Theme): ImageData {
  const side = plane.sideDevice;
  const image = new ImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer).fill(theme.linePixel);
  const grid = new StripGrid(plane, numClasses, bands.length);
  const line = new Uint8Array(side);
  bands.forEach((band, at) => {
    const steps = stepLevels(band, colouring);
    for (const trueClass of grid.seenRows) {
      const rows = grid.bandAt(trueClass, at);
      if (rows === null) continue;
      line.fill(EMPTY);
      fillLine(line, grid, trueClass, steps);
      paintLine(pixels, side, line, grid, rows, theme);
    }
  });
  return image;
}

interface StepLevels {
  readonly matrix: ConfusionMatrix;
  readonly levels: Uint8Array;
  readonly undefined: { readonly rows: readonly boolean[]; readonly columns: readonly boolean[] };
}

function stepLevels({ matrices }: DrawnBand, colouring: Colouring): (StepLevels | null)[] {
  return matrices.map(
    (matrix) => matrix && { matrix, levels: cellLevels(matrix, colouring), undefined: undefinedLines(matrix, colouring.normalize) },
  );
}

/** One row of one band: where several steps share a pixel, the hottest is seen. */
function fillLine(line: Uint8Array, grid: StripGrid, trueClass: number, steps: readonly (StepLevels | null)[]): void {
  steps.forEach((step, place) => {
    if (step === null) return;
    const { matrix, levels } = step;
    const fill = (predClass: number, level: number) => {
      const across = grid.acrossAt(predClass);
      if (across === null) return;
      const width = (across[1] - across[0]) / steps.length;
      const from = Math.min(across[0] + Math.floor(place * width), across[1] - 1);
      raise(line, from, Math.max(across[0] + Math.floor((place + 1) * width), from + 1), level);
    };
    const isRowUndefined = step.undefined.rows[trueClass] === true;
    for (const predClass of grid.seenColumns) if (isRowUndefined || step.undefined.columns[predClass]) fill(predClass, UNDEFINED);
    for (let cell = matrix.rowStarts[trueClass] as number; cell < (matrix.rowStarts[trueClass + 1] as number); cell++)
      fill(matrix.predClasses[cell] as number, levels[cell] as number);
  });
}

function paintLine(
  pixels: Uint32Array,
  side: number,
  line: Uint8Array,
  grid: StripGrid,
  [top, bottom]: readonly [number, number],
  theme: Theme,
): void {
  for (const predClass of grid.seenColumns) {
    const across = grid.acrossAt(predClass);
    if (across === null) continue;
    for (let x = across[0]; x < across[1]; x++) {
      const colour = theme.pixels[line[x] as number] as number;
      for (let y = top; y < bottom; y++) pixels[y * side + x] = colour;
    }
  }
}

/** Which band is which run. */
function drawKey(context: Surface, frame: Frame, plane: Plane, numClasses: number, bands: readonly DrawnBand[]): void {
  const grid = new StripGrid(plane, numClasses, bands.length);
  const leftCss = frame.leftCss + plane.sideCss + BAR_GAP_CSS;
  for (const trueClass of grid.seenRows) {
    bands.forEach(({ runColour }, at) => {
      const rows = grid.bandAt(trueClass, at);
      if (rows === null) return;
      context.fillStyle = runColour;
      const [topCss, bottomCss] = [rows[0] / plane.pixelRatio, rows[1] / plane.pixelRatio];
      context.fillRect(leftCss, frame.topCss + topCss, KEY_WIDTH_CSS, bottomCss - topCss);
    });
  }
}
