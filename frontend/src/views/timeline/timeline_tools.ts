import { css, html } from "lit";
import { legendStops } from "../../draw/legend";
import { OVERALL_METRICS } from "../../model/metrics";
import { CLASS_RATES, largestRate } from "../../model/timeline";
import { percentText } from "../../util/number_text";
import { themeOf } from "../current_theme";
import { check, choose, formStyles, segments } from "../form";
import { OVERALL_LABELS } from "../overall_words";
import { rangeButton } from "../range_button";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";
import { RATE_HINTS, RATE_LABELS } from "./timeline_words";
import { timelinesOf } from "./timelines";

const FORGOTTEN_HINT =
  "▼ a class whose recall at the last step is significantly below that of its best step, from where it has been below: tested at a 5 % false discovery rate over the classes, corrected for having chosen the best of several steps; weighted samples aren't tested";

/** What the Timeline shows of the classes. */
export class TimelineTools extends SignalElement {
  static override styles = [
    controls,
    formStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 8px 16px;
        flex-wrap: wrap;
      }
      .legend {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-left: auto;
        color: var(--quiet-text);
        white-space: nowrap;
      }
      .bar {
        width: 80px;
        height: 10px;
        border-radius: 2px;
        border: 1px solid var(--line);
      }
    `,
  ];

  override render() {
    const { app } = this;
    const { view } = app;
    const max = percentText(largestRate(timelinesOf(app).map(({ timeline }) => timeline)));
    return html`
      ${segments("Rate of classes", CLASS_RATES, RATE_LABELS, RATE_HINTS, view.classRate)}
      ${choose("Above", "What the line above the classes is", OVERALL_METRICS, OVERALL_LABELS, view.overall)}
      ${check("Mark forgotten", FORGOTTEN_HINT, view.isForgottenMarked)} ${rangeButton(app)}
      <div class="legend">
        <span>0 %</span>
        <span class="bar" role="img" aria-label=${`Colours from 0 % to ${max}`} style=${`background:${legendStops(themeOf(app))}`}></span>
        <span>${max}</span>
      </div>
    `;
  }
}
