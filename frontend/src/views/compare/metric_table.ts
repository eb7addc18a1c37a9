import { html, type TemplateResult } from "lit";
import { type MetricChange, metricChanges } from "../../model/changes";
import type { AppState } from "../../state/app_state";
import { coefficientText, percentText, pointsIntervalText, pointsText } from "../../util/number_text";

/** The overall metrics of A and B; null until both have come. */
export function metricTable(app: AppState): TemplateResult | null {
  const [a, b] = [app.comparing.a.value?.raw, app.comparing.b.value?.raw];
  if (!a || !b) return null;
  return html`<table class="metrics">
    <thead>
      <tr><th scope="col"><span class="off-screen">metric</span></th><th scope="col">A</th><th scope="col">B</th><th scope="col">B − A</th></tr>
    </thead>
    <tbody>
      ${metricChanges(a, b).map(
        (metric) => html`<tr>
          <th scope="row">${metric.name}</th>
          <td>${valueText(metric, metric.a)}</td>
          <td>${valueText(metric, metric.b)}</td>
          <td title=${metric.interval ? `95 % ${pointsIntervalText(metric.interval)}` : ""}>${deltaText(metric)}</td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}

function valueText({ isRate }: MetricChange, value: number): string {
  return Number.isNaN(value) ? "–" : isRate ? percentText(value) : coefficientText(value);
}

function deltaText({ isRate, delta }: MetricChange): string {
  if (Number.isNaN(delta)) return "–";
  return isRate ? pointsText(delta) : `${delta > 0 ? "+" : ""}${coefficientText(delta)}`.replace("-", "−");
}
