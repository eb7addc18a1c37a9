import { css, html, type TemplateResult } from "lit";
import { runColour } from "../../draw/theme";
import { bestStepOf, mistakenFor, type Partner, takenFor } from "../../model/class_story";
import { type ClassMetrics, classMetrics } from "../../model/metrics";
import { shareOf } from "../../model/sentence";
import { type Card, isLoaded, type LoadedCard } from "../../state/app_state";
import { countText, intervalText, percentText, pointsText } from "../../util/number_text";
import { themeOf } from "../current_theme";
import { cardTitle, comparedCards } from "../facts";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";
import { panelStyles } from "./panel_styles";

const NUM_PARTNERS = 5;
const NUM_LOST_TO = 3;
const HISTORY_TITLES = {
  true: "Recall over the steps",
  pred: "Precision over the steps",
  all: "Share of all samples predicted right, over the steps",
};

const FIGURES: readonly [string, (metrics: ClassMetrics) => string][] = [
  ["recall", (one) => figureText(one.recall)],
  ["precision", (one) => figureText(one.precision)],
  ["F1", (one) => figureText(one.f1)],
  ["support", (one) => countText(one.support)],
  ["predicted", (one) => countText(one.predictedCount)],
];

function figureText(rate: number): string {
  return Number.isNaN(rate) ? "–" : percentText(rate);
}

/** The selected class in figures. */
export class ClassPanel extends SignalElement {
  static override styles = [
    controls,
    panelStyles,
    css`
      section > .quiet {
        margin: 0 0 4px;
      }
    `,
  ];

  override render() {
    const { app } = this;
    const card = app.focusedCard.value;
    const entry = app.selection.value?.trueClass;
    if (!card || entry === undefined) return null;
    const metrics = classMetrics(card.matrix, entry);
    const others = app.cards.value.filter(isLoaded).filter((one) => one !== card && entry < one.matrix.numClasses);
    return html`
      <div class="head">
        <div class="title">${card.classNames[entry]}</div>
        <button aria-label="Clear the selection" title="Clear the selection (Esc)" @click=${() => this.actions.select(null)}>✕</button>
      </div>
      <div class="quiet">${this.describe(card, entry)}</div>
      <div class="large">${percentText(metrics.recall)}</div>
      <div class="quiet">recall ${metrics.recallInterval ? `· 95 % ${intervalText(metrics.recallInterval)}` : card.raw.isWeighted ? "· weighted: no interval" : ""}</div>
      <div class="quiet">${this.renderSwatch(card)}${cardTitle(card)}, step ${countText(card.shown?.step ?? 0)}</div>
      <section>
        <h2>${HISTORY_TITLES[shareOf(app.view.normalize.value)]}</h2>
        <tbc-history-chart .app=${app} .actions=${this.actions}></tbc-history-chart>
      </section>
      ${this.renderBest(card, entry)}
      ${this.renderFigures([card, ...others], entry)}
      ${this.renderPartners("Taken for", card, takenFor(card.matrix, entry, NUM_PARTNERS), (other) => [entry, other])}
      ${this.renderPartners("Others taken for it", card, mistakenFor(card.matrix, entry, NUM_PARTNERS), (other) => [other, entry])}
    `;
  }

  private renderFigures(cards: readonly LoadedCard[], entry: number): TemplateResult {
    const shown = comparedCards(this.app, cards);
    const metrics = shown.map((card) => classMetrics(card.matrix, entry));
    return html`<section>
      <table>
        <thead>
          <tr>
            <th scope="col"><span class="off-screen">figure</span></th>
            ${shown.map((card) => html`<th scope="col" title=${cardTitle(card)}>${this.renderSwatch(card)}${cardTitle(card)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${FIGURES.map(
            ([name, toText]) => html`<tr>
              <th scope="row">${name}</th>
              ${metrics.map((one) => html`<td>${toText(one)}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
      ${cards.length > shown.length ? html`<div class="quiet">and ${cards.length - shown.length} more: untick runs to compare them here</div>` : null}
    </section>`;
  }

  private describe(card: LoadedCard, entry: number): string {
    const numSamples = `${countText(card.matrix.support[entry] ?? 0)} samples`;
    const shown = card.arrangement.entries[entry];
    if (!shown || shown.kind === "class") return `true class, ${numSamples}`;
    return `${shown.kind === "group" ? "group" : "the rest"} of ${countText(shown.classes.length)} classes, ${numSamples}`;
  }

  private renderBest(card: LoadedCard, entry: number): TemplateResult | null {
    const history = this.app.historyOf(card.series);
    const best = history && bestStepOf(history, card.arrangement, entry, card.raw, card.shown?.step ?? 0, NUM_LOST_TO);
    if (!best) return null;
    return html`<section>
      <div class="quiet">Best at step ${countText(best.step)}: ${percentText(best.recall)}</div>
      <dl>${best.lostTo.map(({ entry: other, rise }) => this.renderFact(`lost to ${card.classNames[other]}`, pointsText(rise)))}</dl>
    </section>`;
  }

  private renderPartners(
    title: string,
    card: LoadedCard,
    partners: readonly Partner[],
    cellOf: (other: number) => [number, number],
  ): TemplateResult | null {
    if (partners.length === 0) return null;
    return html`<section>
      <h2>${title}</h2>
      <ol>
        ${partners.map(({ entry, count, rate }) => {
          const [trueClass, predClass] = cellOf(entry);
          return html`<li>
            <button @click=${() => this.actions.select({ trueClass, predClass })}>
              <span class="pair">${card.classNames[entry]}</span><span>${countText(count)} · ${percentText(rate)}</span>
            </button>
          </li>`;
        })}
      </ol>
    </section>`;
  }

  private renderFact(name: TemplateResult | string, value: string): TemplateResult {
    return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  }

  private renderSwatch(card: Card): TemplateResult {
    return html`<span class="swatch" style=${`background:${runColour(themeOf(this.app), card.colourIndex)}`}></span>`;
  }
}
