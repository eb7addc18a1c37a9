/** A line of rates and its last or chosen point, in CSS pixels within a small box. */
export interface Sparkline {
  /** An SVG path; a gap where a rate is undefined. */
  readonly path: string;
  readonly point: { readonly xCss: number; readonly yCss: number } | null;
}

export const SPARKLINE_WIDTH_CSS = 84;
export const SPARKLINE_HEIGHT_CSS = 20;
const EDGE_CSS = 3;

/** Rates from 0 to `max` (their own largest by default) over the steps, evenly spaced, with a point at one of them. */
export function sparkline(rates: readonly (number | null)[], pointAt: number, max: number | null = null): Sparkline {
  const top = max ?? Math.max(...rates.map((rate) => rate ?? 0));
  const xOf = (i: number) => EDGE_CSS + (rates.length > 1 ? i / (rates.length - 1) : 0.5) * (SPARKLINE_WIDTH_CSS - 2 * EDGE_CSS);
  const yOf = (rate: number) =>
    SPARKLINE_HEIGHT_CSS - EDGE_CSS - (top > 0 ? rate / top : 0) * (SPARKLINE_HEIGHT_CSS - 2 * EDGE_CSS);
  let path = "";
  let isDown = false;
  rates.forEach((rate, i) => {
    if (rate !== null) path += `${isDown ? "L" : "M"}${xOf(i).toFixed(1)} ${yOf(rate).toFixed(1)}`;
    isDown = rate !== null;
  });
  const rate = rates[pointAt] ?? null;
  return { path, point: rate === null ? null : { xCss: xOf(pointAt), yCss: yOf(rate) } };
}
