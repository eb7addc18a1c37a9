import { seriesId } from "../model/listing";
import type { Cell, ConfusionMatrix } from "../model/matrix";
import { matrixMetrics } from "../model/metrics";
import { cellSentence, classSentence } from "../model/sentence";
import type { AppState, Card, Hover } from "../state/app_state";
import { countText } from "../util/number_text";

/** The accuracy of a run's first card at the playhead; null while it isn't known. */
export function accuracyOf(app: AppState, run: string): number | null {
  const raw = app.cards.value.find((card) => card.series.run === run)?.raw;
  return raw ? matrixMetrics(raw).accuracy : null;
}

/** What a card is called among others. */
export function cardTitle(card: Card): string {
  return card.isTagShown ? `${card.series.run} · ${card.series.title}` : card.series.run;
}

/** As many cards as have a column each in the inspector; whoever shows them says how many more there are. */
export function comparedCards<T>(app: AppState, cards: readonly T[]): readonly T[] {
  return cards.slice(0, app.isCompact.value ? 2 : 3);
}

/** Says so where averages leave out the special class of a card; empty where they don't. */
export function leftOutWords(app: AppState, card: Card | undefined): string {
  const leftOut = card ? app.leftOutOf(card.series) : null;
  return leftOut === null ? "" : `; averages without “${card?.rawClassNames[leftOut] ?? leftOut}”`;
}

/** The cell under the pointer; null where it is over a name, a bar or nothing. */
export function hoveredCell(app: AppState): Cell | null {
  const { trueClass, predClass } = app.hover.value ?? { trueClass: null, predClass: null };
  return trueClass === null || predClass === null ? null : { trueClass, predClass };
}

/** The sentence of the status line: of what the pointer is over, else of the selected cell; empty without either. */
export function statusSentence(app: AppState): string {
  if (app.view.view.value !== "matrix") return app.hoverSentence.value ?? "";
  const hover = app.hover.value;
  const card = hover ? app.cards.value.find((one) => seriesId(one.series) === hover.seriesId) : app.focusedCard.value;
  const cell = hover ? hoveredCell(app) : app.selection.value;
  const matrix = hover || cell ? card?.matrix : null;
  if (!card || !matrix) return "";
  if (hover?.stripPlace !== null && hover?.stripPlace !== undefined) return stripSentence(app, card, hover, hover.stripPlace);
  return `${sentenceOf(matrix, card, cell, app)} · ${cardTitle(card)}, step ${countText(card.shown?.step ?? 0)}`;
}

/** Of a cell at the step that the pointer is over. */
function stripSentence(app: AppState, card: Card, hover: Hover, place: number): string {
  const { steps, bands } = app.strips.value ?? { steps: [], bands: [] };
  const matrix = bands.find((band) => band.seriesId === hover.seriesId)?.matrices[place];
  const where = `${cardTitle(card)}, step ${countText(steps[place] ?? 0)}`;
  return matrix ? `${sentenceOf(matrix, card, hoveredCell(app), app)} · ${where}` : `no matrix · ${where}`;
}

function sentenceOf(matrix: ConfusionMatrix, card: Card, cell: Cell | null, app: AppState): string {
  if (cell) return cellSentence(matrix, app.view.normalize.value, cell, card.classNames);
  const { trueClass, predClass } = app.hover.value ?? { trueClass: null, predClass: null };
  return trueClass === null
    ? classSentence(matrix, "pred", predClass ?? 0, card.classNames)
    : classSentence(matrix, "true", trueClass, card.classNames);
}
