import { html, type TemplateResult } from "lit";
import { compareMetrics } from "../../model/metric_intervals";
import type { AppState } from "../../state/app_state";
import { OVERALL_LABELS, overallDeltaIntervalText, overallDeltaText, overallText } from "../overall_words";

/** The overall metrics of A and B; null until both have come. */
export function metricTable(app: AppState): TemplateResult | null {
  const [a, b] = [app.comparing.a.value?.raw, app.comparing.b.value?.raw];
  if (!a || !b) return null;
  return html`<table class="metrics">
    <thead>
      <tr>
        <th scope="col"><span class="off-screen">metric</span></th>
        <th scope="col">A</th>
        <th scope="col">B</th>
        <th scope="col" title="With its 95 % interval: Newcombe's for accuracy, by the delta method for the others">B − A</th>
      </tr>
    </thead>
    <tbody>
      ${compareMetrics(a, b).map(
        ({ metric, a: ofA, b: ofB, delta, interval }) => html`<tr>
          <th scope="row">${OVERALL_LABELS[metric]}</th>
          <td>${overallText(metric, ofA)}</td>
          <td>${overallText(metric, ofB)}</td>
          <td>${overallDeltaText(metric, delta)}</td>
        </tr>
        ${
          interval &&
          html`<tr class="below">
            <td colspan="4" class="quiet">95 % ${overallDeltaIntervalText(metric, interval)}</td>
          </tr>`
        }`,
      )}
    </tbody>
  </table>`;
}
