import { css, html, type TemplateResult } from "lit";
import { indexOf, rateText, testText } from "../../model/changes";
import type { Cell } from "../../model/matrix";
import type { Compared } from "../../state/comparing";
import { countText, pointsIntervalText, pointsText } from "../../util/number_text";
import { metricTable } from "../compare/metric_table";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";
import { panelStyles } from "./panel_styles";

/** The selected cell in A and in B, and the overall metrics of both. */
export class ComparePanel extends SignalElement {
  static override styles = [
    controls,
    panelStyles,
    css`
      p {
        margin: 6px 0;
      }
    `,
  ];

  override render() {
    const { comparing } = this.app;
    const compared = comparing.compared.value;
    if (!compared) return null;
    const cell = comparing.selection.value;
    return html`${cell ? this.renderCell(compared, cell) : html`<div class="title">Overall</div>`}
      <section>
        ${metricTable(this.app)}
      </section>
      ${
        comparing.isListBeside.value
          ? null
          : html`<section>
              <tbc-change-list role="complementary" aria-label="Significant changes" .app=${this.app} .actions=${this.actions}></tbc-change-list>
            </section>`
      }`;
  }

  private renderCell(compared: Compared, cell: Cell): TemplateResult {
    const { comparison } = compared;
    const name = (place: number) => comparison.match.pairs[place]?.name ?? "";
    const index = indexOf(comparison, cell.trueClass, cell.predClass);
    return html`
      <div class="head">
        <div class="title">${name(cell.trueClass)} → ${name(cell.predClass)}</div>
        <button aria-label="Clear the selection" title="Clear the selection (Esc)" @click=${() => this.app.comparing.select(null)}>✕</button>
      </div>
      <div class="quiet">true ${name(cell.trueClass)}, predicted ${name(cell.predClass)}</div>
      ${index < 0 ? html`<p>Never, neither in A nor in B.</p>` : this.renderFigures(compared, index)}
    `;
  }

  private renderFigures({ a, b, comparison }: Compared, index: number): TemplateResult {
    const interval = comparison.intervalAt(index);
    const title = (side: "A" | "B") => {
      const { title, key } = side === "A" ? a : b;
      return `${side} ${title}, step ${countText(key.step)}`;
    };
    return html`<div class="large">${pointsText(comparison.delta[index] as number)}</div>
      <div class="quiet">${interval ? html`95 % ${pointsIntervalText(interval)} · ` : null}${testText(comparison, index)}</div>
      <section>
        <dl>
          ${(["A", "B"] as const).map((side) => html`<div class="stacked"><dt>${title(side)}</dt><dd>${rateText(comparison, index, side)}</dd></div>`)}
        </dl>
      </section>`;
  }
}
