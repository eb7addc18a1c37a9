import { memoise } from "../../util/memoise";
import { shortened } from "../../util/shorten";
import type { Surface } from "../surface";
import type { GroupRun } from "./brackets";

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

/** A name, and the middle of what it stands for, in class units. */
export interface AxisLabel {
  readonly text: string;
  readonly at: number;
  readonly isPointed: boolean;
}

/**
 * What is written along an axis: the classes' names where each has room; those of groups where these have; else every n-th class's.
 *
 * @param runs the groups that stand together, from the first.
 */
export function axisLabels(
  names: readonly string[],
  [from, to]: readonly [number, number],
  cellSizeCss: number,
  pointed: readonly number[],
  spacingCss: number,
  runs: readonly GroupRun[],
): AxisLabel[] {
  const end = Math.min(to, names.length);
  const seen = cellSizeCss >= spacingCss ? [] : runs.filter((run) => run.last >= from && run.first < end);
  const roomy = seen.filter((run) => (run.last + 1 - run.first) * cellSizeCss >= spacingCss);
  const toLabel = (one: number) => ({ text: names[one] as string, at: one + 0.5, isPointed: pointed.includes(one) });
  if (roomy.length === 0) return labelledClasses(from, end, cellSizeCss, pointed, spacingCss).map(toLabel);
  const kept = pointed.filter((one) => one >= from && one < end).map(toLabel);
  const groups = roomy.map(({ group, first, last }) => ({
    text: group.name,
    at: (Math.max(first, from) + Math.min(last + 1, end)) / 2,
    isPointed: false,
  }));
  const isFree = ({ at }: AxisLabel) => kept.every((one) => Math.abs(one.at - at) * cellSizeCss >= spacingCss);
  return [...kept, ...groups.filter(isFree)];
}

/** The text, or as much of its two ends as fits. */
export function fitText(context: Surface, text: string, widthCss: number): string {
  const wholeCss = context.measureText(text).width;
  if (wholeCss <= widthCss) return text;
  const fits = (length: number) => context.measureText(shortened(text, length)).width <= widthCss;
  // Measuring costs: characters are about as wide as each other, so that it is nearly this many.
  let length = Math.floor((text.length * widthCss) / wholeCss);
  while (length > 0 && !fits(length)) length--;
  while (length + 1 < text.length && fits(length + 1)) length++;
  return shortened(text, length);
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
  const longest = [...names].sort((a, b) => b.length - a.length).slice(0, NUM_MEASURED);
  let longestCss = 0;
  for (const name of longest) longestCss = Math.max(longestCss, measuring.measureText(name).width);
  return Math.ceil(longestCss);
});
