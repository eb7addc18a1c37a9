import { css, html, type TemplateResult } from "lit";
import { drawHeader, drawTexts, type Piece } from "../../draw/picture/picture";
import { changeTexts } from "../../model/changes";
import { compareMetric } from "../../model/metric_intervals";
import type { Compared } from "../../state/comparing";
import { countText, pointsIntervalText, pointsText } from "../../util/number_text";
import { themeOf } from "../current_theme";
import type { Pictured } from "../pictured";
import { SizedElement } from "../sized_element";
import { controls } from "../styles";
import type { DifferenceMatrix } from "./difference_matrix";

const SHARE_WORDS = { true: "share of each true class", pred: "share of each predicted class", all: "share of all samples" };
/** The list beside the matrix. */
const LIST_WIDTH_CSS = 268;
/** The two lines above the matrix. */
const HEADLINE_CSS = 48;

/** B minus A: every cell, and in words those that are more than chance. */
export class CompareView extends SizedElement implements Pictured {
  static override styles = [
    controls,
    css`
      :host {
        display: grid !important;
        grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) 268px;
        gap: 4px 0;
        padding: 14px 0 0 18px;
        overflow: hidden;
      }
      :host(.alone) {
        grid-template-columns: minmax(0, 1fr) 0;
      }
      .title {
        font-weight: 500;
      }
      header {
        grid-column: 1;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      strong {
        font-weight: 500;
        color: var(--text);
      }
      .area {
        grid-column: 1;
        overflow: auto;
        min-width: 0;
      }
      tbc-change-list {
        grid-column: 2;
        grid-row: 1 / 3;
        overflow-y: auto;
        padding: 0 18px 12px 14px;
      }
      p {
        margin: 8px 0;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.app.hoverSentence.value = null;
  }

  override render() {
    const { app, actions } = this;
    const { comparing } = app;
    const compared = comparing.compared.value;
    const [widthCss, heightCss] = this.sizeCss.value;
    if (!compared) return html`<p class="quiet">${this.whyEmpty()}</p>`;
    const { comparison } = compared;
    if (widthCss === 0) return null;
    if (comparison.match.pairs.length === 0)
      return html`<p>A and B have no class in common.</p><tbc-change-list .app=${app} .actions=${actions}></tbc-change-list>`;
    const { isListBeside } = comparing;
    const area = [widthCss - (isListBeside.value ? LIST_WIDTH_CSS : 0), heightCss - HEADLINE_CSS] as const;
    this.classList.toggle("alone", !isListBeside.value);
    return html`
      <header>${this.renderHeadline(compared)}</header>
      <div class="area">
        <tbc-difference-matrix .app=${app} .actions=${actions} .comparison=${comparison} .area=${area}></tbc-difference-matrix>
      </div>
      ${isListBeside.value ? html`<tbc-change-list role="complementary" aria-label="Significant changes" tabindex="0" .app=${app} .actions=${actions}></tbc-change-list>` : null}
    `;
  }

  /** The matrix below its headline, and beside it the strongest changes as far as they fit. */
  pieces(): Piece[] {
    const matrix = this.renderRoot.querySelector<DifferenceMatrix>("tbc-difference-matrix")?.piece(0, HEADLINE_CSS);
    const comparison = this.app.comparing.comparison.value;
    if (!matrix || !comparison) return [];
    const theme = themeOf(this.app);
    const [title, below] = [...this.renderRoot.querySelectorAll<HTMLElement>("header > div")].map((line) => line.innerText);
    const widthCss = matrix.widthCss + LIST_WIDTH_CSS;
    const headline = { leftCss: 0, topCss: 0, widthCss, heightCss: HEADLINE_CSS };
    const list = {
      leftCss: matrix.widthCss + 16,
      topCss: HEADLINE_CSS,
      widthCss: LIST_WIDTH_CSS - 16,
      heightCss: matrix.heightCss,
    };
    return [
      {
        ...headline,
        draw: (surface) => drawHeader(surface, 0, widthCss, { title: title ?? "", below: [below ?? ""] }, null, theme),
      },
      matrix,
      { ...list, draw: (surface) => drawTexts(surface, changeTexts(comparison), list.widthCss, list.heightCss, theme) },
    ];
  }

  private whyEmpty(): string {
    const { a, b } = this.app.comparing;
    const error = a.value?.error ?? b.value?.error;
    if (error) return `It can't be compared: ${error}`;
    if (this.app.cards.value.length === 0) return "Tick a run on the left, or choose A and B above.";
    return a.value?.raw && b.value?.raw ? "Comparing…" : "Loading…";
  }

  private renderHeadline({ a, b, comparison }: Compared): TemplateResult {
    const accuracy =
      a.raw && b.raw ? compareMetric({ matrix: a.raw, leftOut: null }, { matrix: b.raw, leftOut: null }, "accuracy") : undefined;
    const isSame = JSON.stringify(a.key) === JSON.stringify(b.key);
    return html`<div class="title">${b.title}, step ${countText(b.key.step)} minus ${a.title}, step ${countText(a.key.step)}</div>
      <div class="quiet">
        ${
          isSame
            ? "A and B are the same matrix: choose another."
            : html`accuracy <strong>${pointsText(accuracy?.delta ?? Number.NaN)}</strong> ${accuracy?.interval ? pointsIntervalText(accuracy.interval) : ""}
                · ${SHARE_WORDS[comparison.normalize]}, then subtracted`
        }
      </div>`;
  }
}
