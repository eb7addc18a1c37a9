import { seriesId } from "../model/listing";
import { matrixMetrics } from "../model/metrics";
import { cellSentence } from "../model/sentence";
import type { AppState, Card } from "../state/app_state";
import { countText } from "../util/number_text";

/** The accuracy of a run's first card at the playhead; null while it isn't known. */
export function accuracyOf(app: AppState, run: string): number | null {
  const matrix = app.cards.value.find((card) => card.series.run === run)?.matrix;
  return matrix ? matrixMetrics(matrix).accuracy : null;
}

/** What a card is called among others. */
export function cardTitle(card: Card): string {
  return card.isTagShown ? `${card.series.run} · ${card.series.title}` : card.series.run;
}

/** The sentence of the status line: of the cell pointed at, else of the selected one, else a hint. */
export function statusSentence(app: AppState): string {
  const hover = app.hover.value;
  const cell = hover ?? app.selection.value;
  const cards = app.cards.value;
  const card = hover ? cards.find((one) => seriesId(one.series) === hover.seriesId) : app.focusedCard.value;
  if (!cell || !card?.matrix) return "";
  return `${cellSentence(card.matrix, app.view.normalize.value, cell, card.classNames)} · ${cardTitle(card)}, step ${countText(card.shown?.step ?? 0)}`;
}
