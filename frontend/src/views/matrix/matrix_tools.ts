import { html } from "lit";
import { SCALES } from "../../model/colour_scale";
import { NORMALIZATIONS } from "../../model/normalize";
import { check, formStyles, segments, toolRowStyles } from "../form";
import { rangeButton } from "../range_button";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

export const NORMALIZE_LABELS = { counts: "Counts", true: "True", pred: "Predicted", all: "All" };
export const NORMALIZE_HINTS = {
  counts: "Numbers of samples",
  true: "Share of each true class (rows sum to 100 %)",
  pred: "Share of each predicted class (columns sum to 100 %)",
  all: "Share of all samples",
};
const SCALE_LABELS = { linear: "Linear", log: "Log" };
const SCALE_HINTS = { linear: "Colours from 0 to the largest value", log: "Logarithmic colours: small values show" };

/** How cells are normalised and coloured. */
export class MatrixTools extends SignalElement {
  static override styles = [controls, formStyles, toolRowStyles];

  override render() {
    const { app, actions } = this;
    const { view } = app;
    return html`
      ${segments("Normalize", NORMALIZATIONS, NORMALIZE_LABELS, NORMALIZE_HINTS, view.normalize)}
      ${segments("Colour scale", SCALES, SCALE_LABELS, SCALE_HINTS, view.scale)}
      ${check("Errors only", "The diagonal is drawn grey and left out of the colour range", view.isErrorsOnly)}
      ${check("Transpose", "Predicted classes down, true ones across", view.isTransposed)}
      ${check("Over steps", "Each cell shows its history, a band a run, in place of one colour (s)", view.isStrips)}
      ${view.isStrips.value ? rangeButton(app) : null}
      ${app.areStripsTooLarge.value ? html`<span class="quiet">too many cells over the steps: brush some steps in the Timeline</span>` : null}
      <tbc-legend .app=${app} .actions=${actions}></tbc-legend>
    `;
  }
}
