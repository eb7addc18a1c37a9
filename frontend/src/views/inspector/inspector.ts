import { css, html, type TemplateResult } from "lit";
import { runColour } from "../../draw/theme";
import { type Cell, type ConfusionMatrix, isInside } from "../../model/matrix";
import { metricInterval } from "../../model/metric_intervals";
import { matrixMetrics, matrixMetricsSteps, OVERALL_METRICS, type OverallMetric } from "../../model/metrics";
import type { Normalize } from "../../model/normalize";
import { type RankedCell, strongestConfusionSteps } from "../../model/ranking";
import { cellFacts, shareOf } from "../../model/sentence";
import { type Card, isLoaded, type LoadedCard } from "../../state/app_state";
import { inSlices } from "../../state/in_slices";
import { countText, intervalText, percentText } from "../../util/number_text";
import { themeOf } from "../current_theme";
import { cardTitle, comparedCards, leftOutWords } from "../facts";
import { OVERALL_LABELS, overallIntervalText, overallText } from "../overall_words";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";
import { panelStyles } from "./panel_styles";

const NUM_CONFUSIONS = 8;
const MAX_EAGER_CELLS = 5000;
const SHARE_WORDS = { true: "share of the true class", pred: "share of the predicted class", all: "share of all samples" };

/** Of all classes, however they are arranged: a group that is collapsed makes no model better. */
function renderMetric(raw: ConfusionMatrix, leftOut: number | null, metric: OverallMetric): TemplateResult {
  const value = matrixMetrics(raw, leftOut)[metric];
  const text = overallText(metric, value);
  if (raw.numCells <= MAX_EAGER_CELLS) return html`<td title=${metricHint(raw, leftOut, metric)}>${text}</td>`;
  // Of so many cells an interval takes long enough to be worked out only when somebody points at it.
  const onEnter = (event: Event) => {
    (event.currentTarget as HTMLElement).title = metricHint(raw, leftOut, metric);
  };
  return html`<td @pointerenter=${onEnter}>${text}</td>`;
}

function metricHint(raw: ConfusionMatrix, leftOut: number | null, metric: OverallMetric): string {
  if (Number.isNaN(matrixMetrics(raw, leftOut)[metric])) return "undefined here";
  const interval = metricInterval(raw, metric, leftOut);
  return interval ? `95 % ${overallIntervalText(metric, interval)}` : "no interval";
}

/** The entries that are sums of what isn't shown. */
function sumsOf({ arrangement }: LoadedCard): number[] {
  return arrangement.entries.flatMap((entry, i) => (entry.kind === "other" ? [i] : []));
}

/** A card whose overall metrics are known, and the class that their averages leave out. */
interface Measured {
  readonly card: LoadedCard;
  readonly leftOut: number | null;
}

function* measuredSteps(cards: readonly Measured[]): Generator<void, readonly Measured[]> {
  for (const { card, leftOut } of cards) yield* matrixMetricsSteps(card.raw, leftOut);
  return cards;
}

interface Strongest {
  readonly card: LoadedCard;
  readonly normalize: Normalize;
  readonly confusions: readonly RankedCell[];
}

function* strongestSteps(card: LoadedCard, normalize: Normalize): Generator<void, Strongest> {
  return { card, normalize, confusions: yield* strongestConfusionSteps(card.matrix, normalize, NUM_CONFUSIONS, sumsOf(card)) };
}

/** What is selected, in figures; with nothing selected, an overview. */
export class Inspector extends SignalElement {
  static override styles = [
    controls,
    panelStyles,
    css`
      :host {
        display: block;
        overflow-y: auto;
        padding: 14px 16px;
      }
    `,
  ];

  private readonly measured = inSlices(() => {
    const cards = this.loadedCards();
    return measuredSteps(comparedCards(this.app, cards).map((card) => ({ card, leftOut: this.app.leftOutOf(card.series) })));
  });
  private readonly strongest = inSlices(() => {
    const [focused] = this.loadedCards();
    return focused ? strongestSteps(focused, this.app.view.normalize.value) : null;
  });

  protected override isPatient(): boolean {
    return true;
  }

  /** Those whose matrix has come; the one that is looked into stands first. */
  private loadedCards(): readonly LoadedCard[] {
    const focused = this.app.focusedCard.value;
    return focused ? [focused, ...this.app.cards.value.filter(isLoaded).filter((card) => card !== focused)] : [];
  }

  override render() {
    const { app } = this;
    const [focused, ...others] = this.loadedCards();
    const selection = app.selection.value;
    if (app.view.view.value === "compare")
      return html`<tbc-compare-panel .app=${app} .actions=${this.actions}></tbc-compare-panel>`;
    if (!focused) return null;
    if (selection && selection.trueClass === selection.predClass && isInside(selection, focused.matrix.numClasses))
      return html`<tbc-class-panel .app=${app} .actions=${this.actions}></tbc-class-panel>`;
    if (selection && isInside(selection, focused.matrix.numClasses))
      return html`${this.renderCell(selection, focused, others)}${this.renderConfusions()}`;
    const measured = this.measured.value;
    return measured && html`${this.renderOverview(measured, 1 + others.length)}${this.renderConfusions()}`;
  }

  private renderCell(cell: Cell, first: LoadedCard, others: readonly LoadedCard[]): TemplateResult {
    const normalize = this.app.view.normalize.value;
    const facts = cellFacts(first.matrix, normalize, cell);
    const names = first.classNames;
    const mirrored = { trueClass: cell.predClass, predClass: cell.trueClass };
    const large = normalize === "counts" ? countText(facts.count) : percentText(facts.rate);
    return html`
      <div class="head">
        <div class="title">${names[cell.trueClass]} → ${names[cell.predClass]}</div>
        <button aria-label="Clear the selection" title="Clear the selection (Esc)" @click=${() => this.actions.select(null)}>✕</button>
      </div>
      <div class="quiet">true ${names[cell.trueClass]}, predicted ${names[cell.predClass]}</div>
      <div class="large">${large}</div>
      <div class="quiet">
        ${countText(facts.count)} of ${countText(facts.outOf)}${normalize === "counts" ? ` · ${percentText(facts.rate)}` : ""}
        ${facts.interval ? html`· 95 % ${intervalText(facts.interval)}` : first.matrix.isWeighted ? "· weighted: no interval" : ""}
      </div>
      <div class="quiet">${SHARE_WORDS[shareOf(normalize)]} · ${this.renderSwatch(first)}${cardTitle(first)}</div>
      <section>
        <h2>Over the steps</h2>
        <tbc-history-chart .app=${this.app} .actions=${this.actions}></tbc-history-chart>
      </section>
      <section>
        <dl>
          ${others.filter((card) => isInside(cell, card.matrix.numClasses)).map((card) => this.renderFact(html`${this.renderSwatch(card)}in ${cardTitle(card)}`, percentText(cellFacts(card.matrix, normalize, cell).rate)))}
          ${
            cell.trueClass === cell.predClass
              ? null
              : this.renderFact(
                  html`<button style="padding:0;text-align:left" title="Select the mirrored cell" @click=${() => this.actions.select(mirrored)}>
                    ${names[cell.predClass]} → ${names[cell.trueClass]}
                  </button>`,
                  percentText(cellFacts(first.matrix, normalize, mirrored).rate),
                )
          }
          ${this.renderFact(html`n of true ${names[cell.trueClass]}`, countText(first.matrix.support[cell.trueClass] ?? 0))}
          ${this.renderFact(html`n predicted ${names[cell.predClass]}`, countText(first.matrix.predictedCount[cell.predClass] ?? 0))}
        </dl>
      </section>
    `;
  }

  private renderOverview(measured: readonly Measured[], numCards: number): TemplateResult {
    return html`
      <div class="title">Overview</div>
      <div class="quiet">at the playhead${leftOutWords(this.app, measured[0]?.card)}</div>
      <section>
        <table>
          <thead>
            <tr><th scope="col"><span class="off-screen">metric</span></th>${measured.map(({ card }) => html`<th scope="col" title=${cardTitle(card)}>${this.renderSwatch(card)}${cardTitle(card)}</th>`)}</tr>
          </thead>
          <tbody>
            ${OVERALL_METRICS.map(
              (metric) => html`<tr>
                <th scope="row">${OVERALL_LABELS[metric]}</th>
                ${measured.map(({ card, leftOut }) => renderMetric(card.raw, leftOut, metric))}
              </tr>`,
            )}
          </tbody>
        </table>
        ${numCards > measured.length ? html`<div class="quiet">and ${numCards - measured.length} more: untick runs to compare them here</div>` : null}
      </section>
    `;
  }

  private renderConfusions(): TemplateResult | null {
    const strongest = this.strongest.value;
    if (!strongest) return null;
    const { card, normalize, confusions } = strongest;
    const toText = normalize === "counts" ? countText : percentText;
    return html`<section>
      <h2>Strongest confusions · ${cardTitle(card)}</h2>
      ${confusions.length === 0 ? html`<p class="quiet">None between the classes shown.</p>` : null}
      <ol>
        ${confusions.map(
          (cell) => html`<li>
            <button @click=${() => this.actions.select({ trueClass: cell.trueClass, predClass: cell.predClass })}>
              <span class="pair">${card.classNames[cell.trueClass]} → ${card.classNames[cell.predClass]}</span><span>${toText(cell.value)}</span>
            </button>
          </li>`,
        )}
      </ol>
    </section>`;
  }

  private renderFact(name: TemplateResult, value: string): TemplateResult {
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  }

  private renderSwatch(card: Card): TemplateResult {
    return html`<span class="swatch" style=${`background:${runColour(themeOf(this.app), card.colourIndex)}`}></span>`;
  }
}
