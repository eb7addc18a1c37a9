import { html, nothing, type TemplateResult } from "lit";
import { runColour } from "../../draw/theme";
import type { ConfusionRow, ConfusionTable } from "../../model/confusion_table";
import { shareOf } from "../../model/sentence";
import { cellHistory, cellRates } from "../../model/series_history";
import type { LoadedCard } from "../../state/app_state";
import { inSlices } from "../../state/in_slices";
import { countText, percentText } from "../../util/number_text";
import { runInSlices } from "../../util/slices";
import { baselineWords } from "../baseline_words";
import { themeOf } from "../current_theme";
import { cardTitle } from "../facts";
import { changeCell, rateWithIntervalCell, sparklineCell } from "../table/cells";
import type { Column, TableModel } from "../table/data_table";
import { TableView, withCard, withRoomForNames } from "../table/table_view";
import { confusionSteps } from "./confusion_rows";

/** How many confusions the sentence above them sums up. */
const NUM_SUMMED = 20;

const COLUMNS: readonly Column[] = [
  { key: "rank", label: "#", hint: "Rank", widthCss: 38, isSortable: false },
  {
    key: "pair",
    label: "True → predicted",
    hint: "Samples of the first were predicted as the second",
    widthCss: 150,
    isMain: true,
    isSortable: false,
  },
  { key: "history", label: "Over steps", hint: "Its rate over the steps, from 0 to its largest", widthCss: 96, isSortable: false },
  { key: "count", label: "Count", hint: "Samples", widthCss: 54, isSortable: false },
  { key: "outOf", label: "Out of", hint: "What the rate is a share of", widthCss: 58, isSortable: false },
  {
    key: "rate",
    label: "Rate",
    hint: "Count out of these, with its 95 % Wilson interval",
    widthCss: 144,
    hasInterval: true,
    isSortable: false,
  },
  {
    key: "mirrored",
    label: "Other way",
    hint: "How often the second is predicted as the first",
    widthCss: 100,
    isSortable: false,
  },
  {
    key: "change",
    label: "Change",
    hint: "Change of the rate since the baseline; bold: significant at 5 % false discovery rate",
    widthCss: 90,
    isSortable: false,
  },
];

/** All confusions, strongest first. */
export class ConfusionsView extends TableView {
  private readonly ranked = inSlices(() => {
    const card = this.app.focusedCard.value;
    return card && withCard(card, confusionSteps(this.app, card));
  });

  override render() {
    const ranked = this.ranked.value;
    if (!ranked) return html`<p class="quiet">${this.app.focusedCard.value ? "Ranking…" : "No matrix to show yet."}</p>`;
    const [card, table] = ranked;
    if (!table.isTested) void this.test(table);
    if (table.numErrors === 0)
      return html`<p class="quiet">Nothing lies off the diagonal of ${cardTitle(card)}: no confusions.</p>`;
    return html`${this.renderSummary(card, table)}<tbc-table .model=${this.toModel(card, table)}></tbc-table>`;
  }

  private table: ConfusionTable | null = null;

  /** Of many rows, between whatever else there is to do. */
  private async test(table: ConfusionTable): Promise<void> {
    if (this.table === table) return;
    this.table = table;
    if (await runInSlices(table.test(), () => this.table === table && this.isConnected)) this.requestUpdate();
    else if (this.table === table) this.table = null;
  }

  private renderSummary(card: LoadedCard, table: ConfusionTable): TemplateResult {
    const numRows = Math.min(NUM_SUMMED, table.numRows);
    const hidden = table.numHidden > 0 ? ` · ${countText(table.numHidden)} out of fewer samples not ranked` : "";
    const weighted = card.raw.isWeighted ? " · weighted samples: no intervals, no tests" : "";
    return html`<div class="summary quiet">
      ${cardTitle(card)}, step ${countText(card.shown?.step ?? 0)} · ${countText(table.numRows)} confusions, ${countText(table.numErrors)}
      errors; the first ${numRows} hold ${percentText(table.shareOfErrors(numRows))} of them · ${baselineWords(this.app, card)}${hidden}${weighted}${table.isTested ? "" : " · testing the changes…"}
    </div>`;
  }

  private toModel(card: LoadedCard, table: ConfusionTable): TableModel {
    return {
      name: "Confusions",
      columns: withRoomForNames(COLUMNS, card.classNames, 2),
      numRows: table.numRows,
      renderCell: (row, column) => this.renderCell(card, row, table.row(row), column),
      selectedRow: table.rankOf(this.app.selection.value),
      sortedBy: null,
      isDescending: false,
      onSort: () => {},
      onSelect: (row) => {
        const { trueClass, predClass } = table.row(row);
        this.actions.select({ trueClass, predClass });
      },
    };
  }

  private renderCell(card: LoadedCard, rank: number, row: ConfusionRow, { key }: Column): TemplateResult | string | typeof nothing {
    const colour = runColour(themeOf(this.app), card.colourIndex);
    const pair = `${card.classNames[row.trueClass]} → ${card.classNames[row.predClass]}`;
    const cells: Record<string, () => TemplateResult | string | typeof nothing> = {
      rank: () => html`<span class="quiet">${countText(rank + 1)}</span>`,
      pair: () => html`<span title=${pair}>${pair}</span>`,
      history: () => this.renderHistory(card, row, colour),
      count: () => countText(row.count),
      outOf: () => countText(row.outOf),
      rate: () => rateWithIntervalCell(row.rate, row.interval, colour),
      mirrored: () => html`<span class="quiet">${countText(row.mirroredCount)} · ${percentText(row.mirroredRate)}</span>`,
      change: () => changeCell(row.change),
    };
    return cells[key]?.() ?? nothing;
  }

  private renderHistory(card: LoadedCard, row: ConfusionRow, colour: string): TemplateResult | typeof nothing {
    const history = this.app.historyOf(card.series);
    const [from, to] = [card.arrangement.entries[row.trueClass], card.arrangement.entries[row.predClass]];
    if (!history || !from || !to) return nothing;
    const ofCell = cellHistory(history, card.arrangement, from, to);
    const rates = cellRates(ofCell, shareOf(this.app.view.normalize.value));
    return sparklineCell(rates, ofCell.steps.indexOf(card.shown?.step ?? -1), null, colour);
  }
}
