import { html, nothing, svg, type TemplateResult } from "lit";
import { SPARKLINE_HEIGHT_CSS, SPARKLINE_WIDTH_CSS, sparkline } from "../../draw/sparkline";
import type { Interval } from "../../model/intervals";
import type { RateChange } from "../../model/rate_change";
import { intervalText, percentText, pointsIntervalText, pointsText } from "../../util/number_text";

/** A rate with a bar beneath it; 0/0 is said, and has none. */
export function rateCell(rate: number, colour: string): TemplateResult {
  if (Number.isNaN(rate)) return html`<span class="quiet">no samples</span>`;
  return html`<span class="rate" style=${`--share:${100 * rate}%;--run:${colour}`}>${percentText(rate)}</span>`;
}

/** The same with its interval, which has its room also where there is none. */
export function rateWithIntervalCell(rate: number, interval: Interval | null, colour: string): TemplateResult {
  return html`${rateCell(rate, colour)} <span class="interval">${interval ? intervalText(interval) : nothing}</span>`;
}

/** A change in points; bold where it is significant, and said so. */
export function changeCell(change: RateChange | null): TemplateResult {
  if (change === null || Number.isNaN(change.delta)) return html`<span class="quiet">–</span>`;
  const told = change.isSignificant ? "significant at 5 % false discovery rate" : "not significant";
  const interval = change.interval ? `95 % ${pointsIntervalText(change.interval)} · ${told}` : "weighted: no interval and no test";
  return change.isSignificant
    ? html`<strong title=${interval}>${change.delta > 0 ? "▲" : "▼"} ${pointsText(change.delta)}</strong>`
    : html`<span class="quiet" title=${interval}>${pointsText(change.delta)}</span>`;
}

/** Rates over the steps with a point at the playhead. */
export function sparklineCell(
  rates: readonly (number | null)[],
  pointAt: number,
  max: number | null,
  colour: string,
): TemplateResult {
  const { path, point } = sparkline(rates, pointAt, max);
  return html`<svg width=${SPARKLINE_WIDTH_CSS} height=${SPARKLINE_HEIGHT_CSS} aria-hidden="true">
    <path d=${path} fill="none" stroke=${colour} stroke-width="1.5"></path>
    ${point ? svg`<circle cx=${point.xCss} cy=${point.yCss} r="2.5" fill="var(--accent)"></circle>` : nothing}
  </svg>`;
}
