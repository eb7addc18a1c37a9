import { fitText, LABEL_FONT, LABEL_FONT_BOLD } from "../matrix/labels";
import type { Surface } from "../surface";
import { runColour, type Theme } from "../theme";

/** A part of a picture: where it lies in it, and how it is drawn from its own corner. */
export interface Piece {
  readonly leftCss: number;
  readonly topCss: number;
  readonly widthCss: number;
  readonly heightCss: number;
  readonly draw: (surface: Surface, pixelRatio: number) => void;
}

/** What colours mean: the two ends, and the colours from one to the other. */
export interface LegendBar {
  readonly low: string;
  readonly high: string;
  readonly colours: readonly string[];
}

/** What is seen of a view, with what one must know of it when it lies in a paper. */
export interface Picture {
  readonly pieces: readonly Piece[];
  /** What is drawn, first, and where it comes from. */
  readonly caption: readonly string[];
  readonly legend: LegendBar | null;
}

const MARGIN_CSS = 16;
const LINE_CSS = 16;
const TEXT_FONT = LABEL_FONT.replace("11px", "13px");
const TEXT_FONT_BOLD = LABEL_FONT_BOLD.replace("11px", "13px");
const BAR_WIDTH_CSS = 110;
const BAR_HEIGHT_CSS = 10;
const SWATCH_CSS = 10;
const ROW_CSS = 20;
const SECOND_RIGHT_CSS = 66;
const SECOND_WIDTH_CSS = 40;

/** The size of a picture, margins and caption included. */
export function pictureSize({ pieces, caption }: Picture): readonly [number, number] {
  const right = Math.max(0, ...pieces.map((piece) => piece.leftCss + piece.widthCss));
  const bottom = Math.max(0, ...pieces.map((piece) => piece.topCss + piece.heightCss));
  return [Math.ceil(right + 2 * MARGIN_CSS), Math.ceil(bottom + 3 * MARGIN_CSS + LINE_CSS * caption.length)];
}

/** Draws a picture on the page's background, so that it looks as the page does. */
export function drawPicture(surface: Surface, picture: Picture, pixelRatio: number, theme: Theme): void {
  const [widthCss, heightCss] = pictureSize(picture);
  surface.fillStyle = theme.background;
  surface.fillRect(0, 0, widthCss, heightCss);
  for (const piece of picture.pieces) {
    surface.save();
    surface.translate(MARGIN_CSS + piece.leftCss, MARGIN_CSS + piece.topCss);
    piece.draw(surface, pixelRatio);
    surface.restore();
  }
  drawCaption(surface, picture, widthCss, heightCss, theme);
}

/** Two lines of text; of the second, the parts that fit. */
export interface HeaderTexts {
  readonly title: string;
  readonly below: readonly string[];
}

/** A card's run, in its colour, and a line below it. */
export function drawHeader(
  surface: Surface,
  leftCss: number,
  widthCss: number,
  { title, below }: HeaderTexts,
  colourIndex: number | null,
  theme: Theme,
): void {
  surface.textAlign = "left";
  surface.textBaseline = "middle";
  if (colourIndex !== null) {
    surface.fillStyle = runColour(theme, colourIndex);
    surface.fillRect(leftCss, 9, SWATCH_CSS, SWATCH_CSS);
  }
  const titleLeftCss = leftCss + (colourIndex === null ? 0 : SWATCH_CSS + 8);
  surface.font = TEXT_FONT_BOLD;
  surface.fillStyle = theme.text;
  surface.fillText(fitText(surface, title, widthCss - titleLeftCss), titleLeftCss, 14);
  surface.font = TEXT_FONT;
  surface.fillStyle = theme.quietText;
  let line = "";
  for (const part of below) if (line === "" || surface.measureText(line + part).width <= widthCss - leftCss) line += part;
  surface.fillText(fitText(surface, line, widthCss - leftCss), leftCss, 34);
}

/** Rows of texts, the first of each left, the others right of it and aligned at their ends; as many as fit. */
export function drawTexts(
  surface: Surface,
  rows: readonly (readonly [string, string, string])[],
  widthCss: number,
  heightCss: number,
  theme: Theme,
): void {
  surface.font = LABEL_FONT;
  surface.textBaseline = "middle";
  rows.slice(0, Math.floor(heightCss / ROW_CSS)).forEach(([first, second, third], i) => {
    const yCss = (i + 0.5) * ROW_CSS;
    surface.textAlign = "left";
    surface.fillStyle = theme.text;
    surface.fillText(fitText(surface, first, widthCss - SECOND_RIGHT_CSS - SECOND_WIDTH_CSS), 0, yCss);
    surface.textAlign = "right";
    surface.fillText(third, widthCss, yCss);
    surface.fillStyle = theme.quietText;
    surface.fillText(second, widthCss - SECOND_RIGHT_CSS, yCss);
  });
}

function drawCaption(surface: Surface, { caption, legend }: Picture, widthCss: number, heightCss: number, theme: Theme): void {
  const topCss = heightCss - MARGIN_CSS - LINE_CSS * caption.length;
  const legendWidthCss = legend ? drawLegend(surface, legend, widthCss - MARGIN_CSS, topCss + LINE_CSS / 2, theme) : 0;
  surface.font = LABEL_FONT;
  surface.fillStyle = theme.quietText;
  surface.textAlign = "left";
  surface.textBaseline = "middle";
  caption.forEach((line, i) => {
    const roomCss = widthCss - 2 * MARGIN_CSS - (i === 0 ? legendWidthCss + MARGIN_CSS : 0);
    surface.fillText(fitText(surface, line, roomCss), MARGIN_CSS, topCss + LINE_CSS * (i + 0.5));
  });
}

/** Returns how wide it is. */
function drawLegend(
  surface: Surface,
  { low, high, colours }: LegendBar,
  rightCss: number,
  middleCss: number,
  theme: Theme,
): number {
  surface.font = LABEL_FONT;
  surface.fillStyle = theme.quietText;
  surface.textBaseline = "middle";
  surface.textAlign = "right";
  surface.fillText(high, rightCss, middleCss);
  const barLeftCss = rightCss - surface.measureText(high).width - 8 - BAR_WIDTH_CSS;
  surface.fillText(low, barLeftCss - 8, middleCss);
  const stepCss = BAR_WIDTH_CSS / colours.length;
  colours.forEach((colour, i) => {
    surface.fillStyle = colour;
    surface.fillRect(barLeftCss + i * stepCss, middleCss - BAR_HEIGHT_CSS / 2, stepCss + 0.5, BAR_HEIGHT_CSS);
  });
  return rightCss - barLeftCss + 8 + surface.measureText(low).width;
}
