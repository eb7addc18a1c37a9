import { html, nothing, type TemplateResult } from "lit";
import { runColour } from "../../draw/theme";
import { CLASS_COLUMNS, type ClassRow, classRowSteps, sortedRows } from "../../model/class_table";
import { matrixMetrics } from "../../model/metrics";
import { cellHistory, cellRates } from "../../model/series_history";
import type { LoadedCard } from "../../state/app_state";
import { inSlices } from "../../state/in_slices";
import { countText, percentText } from "../../util/number_text";
import { baselineWords, namedBaselineOf, namedMatrixOf } from "../baseline_words";
import { themeOf } from "../current_theme";
import { cardTitle, leftOutWords } from "../facts";
import { changeCell, rateCell, rateWithIntervalCell, sparklineCell } from "../table/cells";
import type { Column, TableModel } from "../table/data_table";
import { TableView, withCard, withRoomForNames } from "../table/table_view";

const COLUMNS: readonly Column[] = [
  { key: "name", label: "Class", hint: "Class name", widthCss: 76, isMain: true, isSortable: true },
  { key: "history", label: "Over steps", hint: "Recall over the steps, from 0 to 100 %", widthCss: 96, isSortable: false },
  {
    key: "recall",
    label: "Recall",
    hint: "Share of the true class that was predicted right, with its 95 % Wilson interval",
    widthCss: 144,
    hasInterval: true,
    isSortable: true,
  },
  {
    key: "change",
    label: "Change",
    hint: "Change of recall since the baseline; bold: significant at 5 % false discovery rate",
    widthCss: 86,
    isSortable: true,
  },
  {
    key: "precision",
    label: "Precision",
    hint: "Share of those predicted as the class that were, with its 95 % Wilson interval",
    widthCss: 144,
    hasInterval: true,
    isSortable: true,
  },
  { key: "f1", label: "F1", hint: "Harmonic mean of precision and recall", widthCss: 62, isSortable: true },
  { key: "support", label: "Support", hint: "Samples of the true class", widthCss: 62, isSortable: true },
  { key: "predicted", label: "Predicted", hint: "Samples predicted as the class", widthCss: 72, isSortable: true },
  { key: "errors", label: "Errors", hint: "Mistaken for another class, or another for it", widthCss: 54, isSortable: true },
];

/** All classes in figures. */
export class ClassesView extends TableView {
  private readonly rows = inSlices(() => {
    const card = this.app.focusedCard.value;
    const named = card && namedMatrixOf(card);
    return named && withCard(card, classRowSteps(card.arrangement, named, namedBaselineOf(this.app, card)));
  });

  override render() {
    const rows = this.rows.value;
    if (!rows) return html`<p class="quiet">${this.app.focusedCard.value ? "Counting…" : "No matrix to show yet."}</p>`;
    return html`${this.renderSummary(rows[0])}<tbc-table .model=${this.toModel(...rows)}></tbc-table>`;
  }

  private renderSummary(card: LoadedCard): TemplateResult {
    const metrics = matrixMetrics(card.raw, this.app.leftOutOf(card.series));
    const weighted = card.raw.isWeighted ? " · weighted samples: no intervals, no tests" : "";
    return html`<div class="summary quiet">
      ${cardTitle(card)}, step ${countText(card.shown?.step ?? 0)} · <strong>${countText(card.matrix.numClasses)} rows</strong> · macro recall
      ${percentText(metrics.macroRecall)}, precision ${percentText(metrics.macroPrecision)}, F1 ${percentText(metrics.macroF1)}${leftOutWords(this.app, card)} ·
      ${baselineWords(this.app, card)}${weighted}
    </div>`;
  }

  private toModel(card: LoadedCard, inOrder: readonly ClassRow[]): TableModel {
    const { app, actions } = this;
    const sorting = app.view.sorting.value;
    const rows = shownRows(inOrder, sorting?.column ?? null, sorting?.isDescending ?? false);
    const selection = app.selection.value;
    const selected = selection && selection.trueClass === selection.predClass ? selection.trueClass : -1;
    return {
      name: "Classes",
      columns: withRoomForNames(COLUMNS, card.classNames, 1),
      numRows: rows.length,
      renderCell: (row, column) => this.renderCell(card, rows[row] as ClassRow, column),
      selectedRow: rows.findIndex((row) => row.entry === selected),
      sortedBy: sorting?.column ?? null,
      isDescending: sorting?.isDescending ?? false,
      onSort: (column) => actions.sortBy(column.key, ["support", "predicted", "errors"].includes(column.key)),
      onSelect: (row) => {
        const entry = rows[row]?.entry ?? 0;
        actions.select({ trueClass: entry, predClass: entry });
      },
    };
  }

  private renderCell(card: LoadedCard, row: ClassRow, { key }: Column): TemplateResult | string | typeof nothing {
    const colour = runColour(themeOf(this.app), card.colourIndex);
    if (key === "name") return html`<span title=${row.name}>${row.name}</span>`;
    if (key === "support") return countText(row.support);
    if (key === "predicted") return countText(row.predictedCount);
    if (key === "errors") return countText(row.errors);
    if (key === "recall") return rateWithIntervalCell(row.recall, row.recallInterval, colour);
    if (key === "precision") return rateWithIntervalCell(row.precision, row.precisionInterval, colour);
    if (key === "f1") return rateCell(row.f1, colour);
    return key === "change" ? changeCell(row.change) : this.renderHistory(card, row.entry, colour);
  }

  private renderHistory(card: LoadedCard, index: number, colour: string): TemplateResult | typeof nothing {
    const history = this.app.historyOf(card.series);
    const entry = card.arrangement.entries[index];
    if (!history || !entry) return nothing;
    const ofCell = cellHistory(history, card.arrangement, entry, entry);
    return sparklineCell(cellRates(ofCell, "true"), ofCell.steps.indexOf(card.shown?.step ?? -1), 1, colour);
  }
}

function shownRows(rows: readonly ClassRow[], column: string | null, isDescending: boolean): readonly ClassRow[] {
  return column !== null && CLASS_COLUMNS.some((one) => one === column) ? sortedRows(rows, column, isDescending) : rows;
}
