import { html } from "lit";
import { legendStops } from "../../draw/legend";
import { OVERALL_METRICS } from "../../model/metrics";
import { CLASS_RATES, largestRate } from "../../model/timeline";
import { percentText } from "../../util/number_text";
import { themeOf } from "../current_theme";
import { check, choose, formStyles, legendStyles, segments, toolRowStyles } from "../form";
import { OVERALL_LABELS } from "../overall_words";
import { rangeButton } from "../range_button";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";
import { RATE_HINTS, RATE_LABELS } from "./timeline_words";

const FORGOTTEN_HINT =
  "▼ a class whose recall at the last step is significantly below that of its best step and whose F1 has fallen too, from where it has been below: tested at a 5 % false discovery rate over the classes, corrected for having chosen the best of several steps; weighted samples aren't tested";

/** What the Timeline shows of the classes. */
export class TimelineTools extends SignalElement {
  static override styles = [controls, formStyles, toolRowStyles, legendStyles];

  override render() {
    const { app } = this;
    const { view } = app;
    const max = percentText(largestRate(app.timelines.shown.value ?? []));
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
