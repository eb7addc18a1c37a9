import { css, html, unsafeCSS } from "lit";
import uplotStyles from "uplot/dist/uPlot.min.css?inline";
import { type Line, LineChart } from "../../draw/line_chart";
import { runColour } from "../../draw/theme";
import { shareOf } from "../../model/sentence";
import { cellHistory, cellRates } from "../../model/series_history";
import { themeOf } from "../current_theme";
import { cardTitle } from "../facts";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** The selected cell over the steps, a line a card. */
export class HistoryChart extends SignalElement {
  static override styles = [
    controls,
    unsafeCSS(uplotStyles),
    css`
      :host {
        display: block;
        height: 112px;
      }
      .chart {
        height: 112px;
      }
    `,
  ];

  private chart: LineChart | null = null;

  override render() {
    const hasRates = this.lines().some((line) => line.rates.some((rate) => rate !== null));
    return html`<div class="chart" role="img" aria-label="Rate of the selected cell over the steps" ?hidden=${!hasRates}></div>
      ${hasRates ? null : html`<p class="quiet">no samples at any step</p>`}`;
  }

  protected override updated(): void {
    this.chart ??= new LineChart(this.renderRoot.querySelector(".chart") as HTMLElement);
    this.chart.draw(this.lines(), this.app.playhead.value, themeOf(this.app));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.chart?.dispose();
    this.chart = null;
  }

  private lines(): Line[] {
    const { app } = this;
    const share = shareOf(app.view.normalize.value);
    const cell = app.selection.value;
    if (cell === null) return [];
    return app.cards.value.flatMap((card) => {
      const history = app.historyOf(card.series);
      const [from, to] = [card.arrangement.entries[cell.trueClass], card.arrangement.entries[cell.predClass]];
      if (!history || !from || !to) return [];
      const ofCell = cellHistory(history, card.arrangement, from, to);
      const colour = runColour(themeOf(app), card.colourIndex);
      return [{ label: cardTitle(card), colour, steps: ofCell.steps, rates: cellRates(ofCell, share) }];
    });
  }
}
