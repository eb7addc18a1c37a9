import { css, html } from "lit";
import { RANKINGS } from "../../model/ranking";
import { toTsv } from "../../util/table_formats";
import { confusionsTableOf } from "../export/view_tables";
import { focusChoice } from "../focus_choice";
import { choose, formStyles, toolRowStyles } from "../form";
import { SHARE_CHOICES, SHARE_LABELS } from "../share_choice";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

const RANKING_LABELS = {
  count: "count",
  rate: "rate",
  lower_bound: "rate, lower bound",
  asymmetry: "asymmetry",
  change: "rise since the baseline",
};
const RANKING_HINT =
  "Rate, lower bound: of its 95 % interval, so that a few samples don't come first. Asymmetry: the rate less that of the other direction.";

/** What confusions are ranked by. */
export class ConfusionsTools extends SignalElement {
  static override styles = [
    controls,
    formStyles,
    toolRowStyles,
    css`
      input[type="number"] {
        width: 68px;
        height: 26px;
      }
    `,
  ];

  override render() {
    const { app, actions } = this;
    const { view } = app;
    return html`
      ${focusChoice(app, actions)} ${choose("Rank by", RANKING_HINT, RANKINGS, RANKING_LABELS, view.ranking)}
      ${choose("Share of", "What rates are shares of", SHARE_CHOICES, SHARE_LABELS, view.normalize)}
      <label class="choice" title="Rates out of fewer samples aren't ranked">
        <span class="quiet">Out of at least</span>
        <input
          type="number"
          min="0"
          aria-label="Out of at least"
          .value=${String(view.minOutOf.value)}
          @change=${(event: Event) => {
            const { valueAsNumber } = event.target as HTMLInputElement;
            if (valueAsNumber >= 0) view.minOutOf.value = Math.floor(valueAsNumber);
          }}
        />
      </label>
      <tbc-copy-button label="Copy as TSV" hint="All rows for a spreadsheet, rates as fractions (Y)" .requests=${app.tableCopyRequests.value} .makeText=${() => this.toText()}></tbc-copy-button>
    `;
  }

  private toText(): string {
    const card = this.app.focusedCard.peek();
    return card ? confusionsTableOf(this.app, card).map(toTsv).join("\n") : "";
  }
}
