import { html, type TemplateResult } from "lit";
import { runColour } from "../../draw/theme";
import type { ConfusionMatrix } from "../../model/matrix";
import { matrixMetrics } from "../../model/metrics";
import type { AppState, Card } from "../../state/app_state";
import { countText, intervalText, percentText } from "../../util/number_text";
import { themeOf } from "../current_theme";
import { cardTitle } from "../facts";

/** A card's run, and the accuracy of its matrix with interval and n. */
export function cardHeader(app: AppState, card: Card): TemplateResult {
  const isBehind = card.shown !== null && card.shown.step !== app.playhead.value;
  return html`
    <div class="title" title=${`${card.series.run} · ${card.series.tag}`}>
      <span class="swatch" style=${`background:${runColour(themeOf(app), card.colourIndex)}`}></span>
      <span>${cardTitle(card)}</span>
      ${isBehind ? html`<span class="note">at step ${countText(card.shown?.step ?? 0)}</span>` : null}
    </div>
    ${card.matrix ? headline(card.matrix, card.isExact) : null}
  `;
}

function headline(matrix: ConfusionMatrix, isExact: boolean): TemplateResult {
  const { accuracy, accuracyInterval, total } = matrixMetrics(matrix);
  const interval = accuracyInterval ? ` ${intervalText(accuracyInterval)}` : "";
  const unit = matrix.isWeighted ? "weight" : "n";
  return html`<div class="quiet" title="Accuracy with its 95 % Wilson interval, and the number of samples">
    <strong>${percentText(accuracy)}</strong> accuracy${interval} · ${unit} ${countText(total)}${isExact ? null : " (rounded: over 2^53)"}
  </div>`;
}
