import { classRows, sortedRows } from "../../model/class_table";
import { classesTable, comparisonTable, confusionsTable, matrixTable, stripsTable, timelineTable } from "../../model/export_tables";
import { seriesId } from "../../model/listing";
import { shareOf } from "../../model/sentence";
import { type AppState, type Card, isLoaded } from "../../state/app_state";
import type { ViewName } from "../../state/view_state";
import type { ExportTable } from "../../util/table_formats";
import { namedBaselineOf, namedMatrixOf } from "../baseline_words";
import { confusionsOf } from "../confusions/confusion_rows";

/** What the open view shows, as tables. */
export function viewTables(app: AppState): ExportTable[] {
  return TABLES[app.view.view.peek()](app);
}

const TABLES: Readonly<Record<ViewName, (app: AppState) => ExportTable[]>> = {
  matrix: (app) => (app.strips.peek() ? stripTables(app) : matrixTables(app)),
  timeline: (app) =>
    (app.timelines.shown.value ?? []).map(({ card, timeline }) => timelineTable(timeline, card.classNames, seriesOf(card))),
  classes: (app) => ofFocused(app, classesTableOf),
  confusions: (app) => ofFocused(app, confusionsTableOf),
  compare: (app) => {
    const compared = app.comparing.compared.peek();
    if (!compared) return [];
    const [from, to] = [compared.a.key, compared.b.key];
    const about = { run_a: from.run, tag_a: from.tag, step_a: from.step, run_b: to.run, tag_b: to.tag, step_b: to.step };
    return [comparisonTable(compared.comparison, about)];
  },
};

/** The classes of a card, sorted as they are shown. */
export function classesTableOf(app: AppState, card: Card): ExportTable[] {
  const named = namedMatrixOf(card);
  if (!named) return [];
  const rows = classRows(card.arrangement, named, namedBaselineOf(app, card));
  const sorting = app.view.sorting.peek();
  return [classesTable(sorting ? sortedRows(rows, sorting.column, sorting.isDescending) : rows, aboutOf(card))];
}

/** The confusions of a card, ranked as they are shown. */
export function confusionsTableOf(app: AppState, card: Card): ExportTable[] {
  if (!isLoaded(card)) return [];
  const about = { ...aboutOf(card), normalize: shareOf(app.view.normalize.peek()) };
  return [confusionsTable(confusionsOf(app, card).allRows(), card.classNames, about)];
}

function ofFocused(app: AppState, tablesOf: (app: AppState, card: Card) => ExportTable[]): ExportTable[] {
  const card = app.focusedCard.peek();
  return card ? tablesOf(app, card) : [];
}

function matrixTables(app: AppState): ExportTable[] {
  const cards = app.cards.peek().filter(isLoaded);
  return cards.map((card) => matrixTable(card.matrix, card.classNames, app.view.normalize.peek(), aboutOf(card)));
}

function stripTables(app: AppState): ExportTable[] {
  const strips = app.strips.peek();
  const cards = new Map(app.cards.peek().map((card) => [seriesId(card.series), card.series]));
  const nameOf = (id: string) => [cards.get(id)?.run ?? "", cards.get(id)?.tag ?? ""] as const;
  return strips ? [stripsTable(strips, nameOf, app.arrangement.peek().names, app.view.normalize.peek())] : [];
}

function seriesOf({ series }: Card) {
  return { run: series.run, tag: series.tag };
}

function aboutOf(card: Card) {
  const about = { ...seriesOf(card), step: card.shown?.step ?? null };
  return card.isExact ? about : { ...about, note: "counts are rounded: over 2^53; GET export?format=json has them exactly" };
}
