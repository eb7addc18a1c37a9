import { memoise } from "../util/memoise";
import { countText, intervalText, percentText, pointsIntervalText, pointsText } from "../util/number_text";
import { shortened } from "../util/shorten";
import { byDescendingKey, firstFrom } from "../util/sorted";
import type { Comparison } from "./comparison";
import { wilsonInterval } from "./intervals";
import { ratio } from "./normalize";

const MAX_NAME_LENGTH = 28;

/** A cell that differs, told. */
export interface Change {
  /** Its place in the comparison. */
  readonly index: number;
  readonly text: string;
  /** More on the diagonal is better, elsewhere worse. */
  readonly isBetter: boolean;
  readonly delta: number;
}

/** What the diagonal is called, by what rates are shares of. */
const DIAGONAL = { true: "recall of", pred: "precision of", all: "right:" };

/** The places of the changes that are significant, strongest first. */
export const significantPlaces = memoise(({ delta, isSignificant }: Comparison): Uint32Array => {
  const places = new Uint32Array(isSignificant.length);
  let size = 0;
  for (let i = 0; i < isSignificant.length; i++) if (isSignificant[i] === 1) places[size++] = i;
  return byDescendingKey(places.subarray(0, size), (i) => Math.abs(delta[i] as number));
});

/** The changes that are significant, strongest first, up to so many. */
export function significantChanges(comparison: Comparison, most = Number.POSITIVE_INFINITY): Change[] {
  return Array.from(significantPlaces(comparison).subarray(0, most), (index) => toChange(comparison, index));
}

/** The significant changes as rows of texts: what, whether it is better, and by how much. */
export function changeTexts(comparison: Comparison): [string, string, string][] {
  return significantChanges(comparison).map(({ text, isBetter, delta }) => [text, isBetter ? "better" : "worse", sizeText(delta)]);
}

/** How large a change is, and which way: ▲ 6.3 pts. */
export function sizeText(delta: number): string {
  return `${delta > 0 ? "▲" : "▼"} ${pointsText(Math.abs(delta)).replace("+", "")}`;
}

/** Where a cell lies in the comparison; -1 where it is zero in both. */
export function indexOf(comparison: Comparison, trueClass: number, predClass: number): number {
  const { trueClass: rows, predClass: columns } = comparison;
  const [from, end] = [trueClass, trueClass + 1].map((row) => firstFrom(rows, 0, rows.length, row)) as [number, number];
  const place = firstFrom(columns, from, end, predClass);
  return place < end && columns[place] === predClass ? place : -1;
}

/** The largest difference either way, that of cells that may be chance left out on demand. */
export function largestDifference(comparison: Comparison, isSignificantOnly: boolean): number {
  let largest = 0;
  for (let i = 0; i < comparison.delta.length; i++) {
    if (!isSignificantOnly || comparison.isSignificant[i] === 1)
      largest = Math.max(largest, Math.abs(comparison.delta[i] as number) || 0);
  }
  return largest > 0 || !isSignificantOnly ? largest : largestDifference(comparison, false);
}

/** A cell in a sentence, with both rates and what the test says. */
export function differenceSentence(comparison: Comparison, index: number): string {
  const { delta } = comparison;
  const { text } = toChange(comparison, index);
  const sides = (["A", "B"] as const).map((side) => `${side} ${rateText(comparison, index, side)}`).join(", ");
  return `${text}: ${pointsText(delta[index] as number)}${intervalTextAt(comparison, index)} · ${testText(comparison, index)} · ${sides}`;
}

/** A rate of one side: 231 of 1,000 = 23.1 % [20.6–25.8]. */
export function rateText(comparison: Comparison, index: number, side: "A" | "B"): string {
  const [count, outOf] = [comparison[`count${side}`][index] as number, comparison[`outOf${side}`][index] as number];
  const interval = comparison.isWeighted ? null : wilsonInterval(count, outOf);
  return `${countText(count)} of ${countText(outOf)} = ${percentText(ratio(count, outOf))}${interval ? ` ${intervalText(interval)}` : ""}`;
}

/** Whether a difference is more than chance, in words. */
export function testText(comparison: Comparison, index: number): string {
  if (comparison.isWeighted) return "weighted: no test";
  const [p, q] = [comparison.pValue[index] as number, comparison.qValue[index] as number];
  if (Number.isNaN(p)) return "no samples: no test";
  return `${comparison.isSignificant[index] === 1 ? "significant" : "not significant"} (p ${pText(p)}, q ${pText(q)})`;
}

function intervalTextAt(comparison: Comparison, index: number): string {
  const interval = comparison.intervalAt(index);
  return interval ? ` ${pointsIntervalText(interval)}` : "";
}

function pText(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

function toChange({ match, trueClass, predClass, delta, normalize }: Comparison, index: number): Change {
  const name = (place: number) => shortened(match.pairs[place]?.name ?? "", MAX_NAME_LENGTH);
  const [from, to] = [trueClass[index] as number, predClass[index] as number];
  const isDiagonal = from === to;
  const text = isDiagonal ? `${DIAGONAL[normalize]} ${name(from)}` : `${name(from)} → ${name(to)}`;
  const change = delta[index] as number;
  return { index, text, isBetter: isDiagonal === change > 0, delta: change };
}
