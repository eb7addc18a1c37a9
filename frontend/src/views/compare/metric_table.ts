import { html, nothing, type TemplateResult } from "lit";
import type { AppState } from "../../state/app_state";
import { OVERALL_LABELS, overallDeltaIntervalText, overallDeltaText, overallText } from "../overall_words";

const INTERVAL_HINT = "95 % interval: Newcombe's for accuracy, by the delta method for the others";

/** The overall metrics of A and B, and what lies between them; null until they are known. */
export function metricTable(app: AppState): TemplateResult | null {
  const metrics = app.comparing.metrics.value;
  if (!metrics) return null;
  return html`<table class="metrics">
    <thead>
      <tr>
        <th scope="col"><span class="off-screen">metric</span></th>
        <th scope="col">A</th>
        <th scope="col">B</th>
      </tr>
    </thead>
    <tbody>
      ${metrics.map(
        ({ metric, a: ofA, b: ofB, delta, interval }) => html`<tr>
            <th scope="row">${OVERALL_LABELS[metric]}</th>
            <td>${overallText(metric, ofA)}</td>
            <td>${overallText(metric, ofB)}</td>
          </tr>
          <tr class="below">
            <td colspan="3" title=${INTERVAL_HINT}>
              ${overallDeltaText(metric, delta)} <span class="quiet">${interval ? overallDeltaIntervalText(metric, interval) : nothing}</span>
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
