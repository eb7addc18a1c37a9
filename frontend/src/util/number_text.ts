import { format } from "d3-format";

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const WEIGHTED = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 6 });
const PERCENT = format(".1f");
const COEFFICIENT = format(".3f");
const POINTS = format("+.1f");

/** A count: exact with thousands separated; sums of weights to six digits. */
export function countText(count: number): string {
  return Number.isInteger(count) ? WHOLE.format(count) : WEIGHTED.format(count);
}

/** A rate as a percentage with one decimal, or what the page says of 0/0. */
export function percentText(rate: number): string {
  return Number.isNaN(rate) ? "no samples" : `${PERCENT(rate * 100)} %`;
}

/** A rate as it fits into a cell: percent without the sign; what isn't none or all isn't rounded to it. */
export function cellPercentText(rate: number): string {
  const percent = rate * 100;
  if (percent < 0.5) return "<1";
  return percent >= 99.5 && percent < 100 ? ">99" : percent.toFixed();
}

/** The bounds of a rate in brackets: [67.0–68.8]. */
export function intervalText([low, high]: readonly [number, number]): string {
  return `[${PERCENT(low * 100)}–${PERCENT(high * 100)}]`;
}

/** A coefficient from -1 to 1 with three decimals. */
export function coefficientText(value: number): string {
  return Number.isNaN(value) ? "undefined" : COEFFICIENT(value).replace("−", "-");
}

/** A difference of rates in percentage points, with its sign: +6.3 pts. */
export function pointsText(delta: number): string {
  return Number.isNaN(delta) ? "no samples" : `${POINTS(delta * 100)} pts`;
}

/** The bounds of a difference in points: [+5.1 to +7.6]. */
export function pointsIntervalText([low, high]: readonly [number, number]): string {
  return `[${POINTS(low * 100)} to ${POINTS(high * 100)}]`;
}
