import { css, html, type TemplateResult } from "lit";
import type { HeaderTexts } from "../draw/picture/picture";
import { runColour } from "../draw/theme";
import { datumId } from "../model/listing";
import type { ConfusionMatrix } from "../model/matrix";
import { matrixMetrics } from "../model/metrics";
import type { AppState, Card } from "../state/app_state";
import { countText, intervalText, percentText } from "../util/number_text";
import { themeOf } from "./current_theme";
import { cardTitle } from "./facts";

/** How it looks; the samples are told where there is room. */
export const cardHeaderStyles = css`
  .header {
    padding-top: 4px;
    white-space: nowrap;
    container-type: inline-size;
  }
  .header > div {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  @container (max-width: 225px) {
    .total {
      display: none;
    }
  }
  .title {
    display: flex;
    align-items: center;
    gap: 8px;
    font-weight: 500;
  }
  .title span {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .header > .notes {
    overflow: visible;
  }
  .notes .swatch {
    display: inline-block;
    margin: 0 4px 0 10px;
  }
  .swatch {
    width: 10px;
    height: 10px;
    border-radius: 3px;
    flex: none;
  }
  .title .note {
    font-weight: 400;
    color: var(--quiet-text);
  }
  strong {
    font-weight: 500;
    color: var(--text);
  }
`;

/** A card's run, and the accuracy of its matrix with interval and n. */
export function cardHeader(app: AppState, card: Card): TemplateResult {
  return html`
    <div class="title" title=${`${card.series.run} · ${card.series.tag}`}>
      <span class="swatch" style=${`background:${runColour(themeOf(app), card.colourIndex)}`}></span>
      <span>${cardTitle(card)}</span>
      ${isPinned(app, card) ? html`<span class="note">baseline</span>` : null}
      ${isBehind(app, card) ? html`<span class="note">at step ${countText(card.shown?.step ?? 0)}</span>` : null}
    </div>
    ${card.raw ? headline(card.raw, card.isExact) : null}
  `;
}

/** The same in two lines of text. */
export function cardHeaderTexts(app: AppState, card: Card): HeaderTexts {
  const told = card.raw && headlineTexts(card.raw, card.isExact);
  const step = card.shown ? ` · step ${countText(card.shown.step)}` : "";
  const title = `${cardTitle(card)}${isBehind(app, card) ? step : ""}`;
  return { title, below: told ? [`${told.accuracy}${told.interval}`, ` · ${told.total}`] : [] };
}

/** Whether a card shows a step before the playhead's. */
function isBehind(app: AppState, { shown }: Card): boolean {
  return shown !== null && shown.step !== app.playhead.value;
}

/** Whether it is what somebody chose to tell changes against. */
function isPinned(app: AppState, { shown }: Card): boolean {
  const pinned = app.resolve(app.view.baseline.value);
  return shown !== null && pinned !== null && datumId(shown) === datumId(pinned);
}

function headlineTexts(matrix: ConfusionMatrix, isExact: boolean) {
  const { accuracy, accuracyInterval, total } = matrixMetrics(matrix);
  return {
    accuracy: percentText(accuracy),
    interval: ` accuracy${accuracyInterval ? ` ${intervalText(accuracyInterval)}` : ""}`,
    total: `${matrix.isWeighted ? "weight" : "n"} ${countText(total)}${isExact ? "" : " (rounded: over 2^53)"}`,
  };
}

function headline(matrix: ConfusionMatrix, isExact: boolean): TemplateResult {
  const { accuracy, interval, total } = headlineTexts(matrix, isExact);
  return html`<div class="quiet" title=${`Accuracy with its 95 % Wilson interval; ${total}`}>
    <strong>${accuracy}</strong>${interval}<span class="total"> · ${total}</span>
  </div>`;
}
