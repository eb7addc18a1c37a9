import { html } from "lit";
import { toTsv } from "../../util/table_formats";
import { classesTableOf } from "../export/view_tables";
import { focusChoice } from "../focus_choice";
import { formStyles, toolRowStyles } from "../form";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** Which run's classes are shown, and a way to take them along. */
export class ClassesTools extends SignalElement {
  static override styles = [controls, formStyles, toolRowStyles];

  override render() {
    const { app, actions } = this;
    return html`
      ${focusChoice(app, actions)}
      ${
        app.view.sorting.value
          ? html`<button
              @click=${() => {
                app.view.sorting.value = null;
              }}
            >
              Back to the class order
            </button>`
          : html`<span class="quiet">Sort by any column</span>`
      }
      <tbc-copy-button label="Copy as TSV" hint="All rows for a spreadsheet, rates as fractions (Y)" .requests=${app.tableCopyRequests.value} .makeText=${() => this.toText()}></tbc-copy-button>
    `;
  }

  private toText(): string {
    const card = this.app.focusedCard.peek();
    return card ? classesTableOf(this.app, card).map(toTsv).join("\n") : "";
  }
}
