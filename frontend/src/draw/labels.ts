import { memoise } from "../util/memoise";
import { shortened } from "../util/shorten";
import type { Surface } from "./surface";

export const FONT_FAMILY = 'Roboto, "Helvetica Neue", Arial, sans-serif';
export const LABEL_FONT = `11px ${FONT_FAMILY}`;
export const LABEL_FONT_BOLD = `500 11px ${FONT_FAMILY}`;
/** Labels nearer to each other than this would touch. */
export const MIN_LABEL_SPACING_CSS = 12;

/**
 * The classes whose names are shown: every n-th so that none touch, and always those that are pointed at, which push their neighbours away.
 *
 * @param cellSizeCss distance from one class to the next.
 * @param pointed classes that must be named.
 */
export function labelledClasses(
  from: number,
  to: number,
  cellSizeCss: number,
  pointed: readonly number[],
  spacingCss: number,
): number[] {
  const every = Math.max(1, niceStep(spacingCss / cellSizeCss));
  const kept = [...new Set(pointed.filter((one) => one >= from && one < to))];
  const regular = [];
  for (let one = Math.ceil(from / every) * every; one < to; one += every) {
    if (kept.every((other) => other === one || Math.abs(other - one) * cellSizeCss >= spacingCss)) regular.push(one);
  }
  return [...new Set([...regular, ...kept])].sort((a, b) => a - b);
}

/** The text, or as much of its two ends as fits. */
export function fitText(context: Surface, text: string, widthCss: number): string {
  if (context.measureText(text).width <= widthCss) return text;
  let low = 0;
  let high = text.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (context.measureText(shortened(text, middle)).width <= widthCss) low = middle;
    else high = middle - 1;
  }
  return shortened(text, low);
}

/** The next of 1, 2, 5, 10, 20, 50, … */
function niceStep(least: number): number {
  if (least <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((digit) => digit * power >= least) as number) * power;
}

/** Of so many names the widths are taken. */
const NUM_MEASURED = 100;

let measuring: CanvasRenderingContext2D | null = null;

/** The width of the longest of some names, bold as it may become. */
export const longestLabelCss = memoise((names: readonly string[]): number => {
  measuring ??= document.createElement("canvas").getContext("2d");
  if (!measuring) return 0;
  measuring.font = LABEL_FONT_BOLD;
  // Measuring costs: the widest is among those with the most characters.
  const lengths = Uint32Array.from(names, (name) => name.length).sort();
  const least = lengths[Math.max(lengths.length - NUM_MEASURED, 0)] ?? 0;
  let longest = 0;
  let measured = 0;
  for (const name of names) {
    if (name.length < least || measured >= 4 * NUM_MEASURED) continue;
    measured++;
    longest = Math.max(longest, measuring.measureText(name).width);
  }
  return Math.ceil(longest);
});
