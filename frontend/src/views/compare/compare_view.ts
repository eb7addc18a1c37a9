import { css, html, type TemplateResult } from "lit";
import { significantChanges } from "../../model/changes";
import type { Comparison } from "../../model/comparison";
import { compareMetrics } from "../../model/metric_intervals";
import { countText, pointsIntervalText, pointsText } from "../../util/number_text";
import { SizedElement } from "../sized_element";
import { controls } from "../styles";

const MAX_LISTED = 200;
const SHARE_WORDS = { true: "share of each true class", pred: "share of each predicted class", all: "share of all samples" };
/** The list beside the matrix. */
const LIST_WIDTH_CSS = 268;
/** The two lines above the matrix. */
const HEADLINE_CSS = 48;

/** B minus A: every cell, and in words those that are more than chance. */
export class CompareView extends SizedElement {
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
      aside {
        grid-column: 2;
        grid-row: 1 / 3;
        overflow-y: auto;
        padding: 0 18px 12px 14px;
      }
      ol {
        list-style: none;
        margin: 8px 0 0;
        padding: 0;
      }
      li button {
        display: flex;
        gap: 8px;
        width: 100%;
        padding: 4px 0;
        border-bottom: 1px solid var(--line);
        border-radius: 0;
        color: var(--text);
        text-align: left;
      }
      li button span:first-child {
        flex: 1;
        overflow-wrap: anywhere;
      }
      li button span:last-child {
        white-space: nowrap;
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
    const comparison = comparing.comparison.value;
    const [widthCss, heightCss] = this.sizeCss.value;
    if (!comparison) return html`<p class="quiet">${this.whyEmpty()}</p>`;
    if (widthCss === 0) return null;
    if (comparison.match.pairs.length === 0)
      return html`<p>A and B have no class in common. ${this.renderUnmatched(comparison)}</p>`;
    const area = [widthCss - LIST_WIDTH_CSS, heightCss - HEADLINE_CSS] as const;
    return html`
      <header>${this.renderHeadline(comparison)}</header>
      <div class="area">
        <tbc-difference-matrix .app=${app} .actions=${actions} .comparison=${comparison} .area=${area}></tbc-difference-matrix>
      </div>
      <aside aria-label="Significant changes" tabindex="0">${this.renderChanges(comparison)}</aside>
    `;
  }

  private whyEmpty(): string {
    const { a, b } = this.app.comparing;
    const error = a.value?.error ?? b.value?.error;
    if (error) return `It can't be compared: ${error}`;
    return this.app.cards.value.length === 0 ? "Tick a run on the left, or choose A and B above." : "Loading…";
  }

  private renderHeadline(comparison: Comparison): TemplateResult {
    const { a, b } = this.app.comparing;
    const [sideA, sideB] = [a.value, b.value];
    const accuracy = sideA?.raw && sideB?.raw ? compareMetrics(sideA.raw, sideB.raw)[0] : undefined;
    const isSame = JSON.stringify(sideA?.key) === JSON.stringify(sideB?.key);
    return html`<div class="title">${sideB?.title}, step ${countText(sideB?.key.step ?? 0)} minus ${sideA?.title}, step ${countText(sideA?.key.step ?? 0)}</div>
      <div class="quiet">
        ${
          isSame
            ? "A and B are the same matrix: choose another."
            : html`accuracy <strong>${pointsText(accuracy?.delta ?? Number.NaN)}</strong> ${accuracy?.interval ? pointsIntervalText(accuracy.interval) : ""}
                · ${SHARE_WORDS[comparison.normalize]}, then subtracted`
        }
      </div>`;
  }

  private renderChanges(comparison: Comparison): TemplateResult {
    const changes = significantChanges(comparison);
    const numTested = comparison.pValue.filter((p) => !Number.isNaN(p)).length;
    return html`
      <div class="title">Significant changes</div>
      <div class="quiet">
        ${comparison.isWeighted ? "Weighted samples: differences only, no intervals and no tests." : `${countText(changes.length)} of ${countText(numTested)} cells tested, at 5 % false discovery rate`}
      </div>
      <ol>
        ${changes.slice(0, MAX_LISTED).map(
          (change) => html`<li>
            <button
              title=${comparison.intervalAt(change.index) ? `95 % ${pointsIntervalText(comparison.intervalAt(change.index) ?? [0, 0])}` : ""}
              @click=${() => this.select(comparison, change.index)}
            >
              <span>${change.text}</span><span class="quiet">${change.isBetter ? "better" : "worse"}</span
              ><span>${change.delta > 0 ? "▲" : "▼"} ${pointsText(Math.abs(change.delta)).replace("+", "")}</span>
            </button>
          </li>`,
        )}
      </ol>
      ${changes.length > MAX_LISTED ? html`<p class="quiet">and ${countText(changes.length - MAX_LISTED)} weaker ones</p>` : null}
      ${changes.length === 0 && !comparison.isWeighted ? html`<p class="quiet">No cell differs by more than chance may explain.</p>` : null}
      <p class="quiet">
        The test covers these two checkpoints on these samples, not the luck of a seed. A and B on the same samples are paired: this unpaired test is
        then usually cautious.
      </p>
      ${this.renderUnmatched(comparison)}
    `;
  }

  private renderUnmatched({ match: { onlyInA, onlyInB } }: Comparison): TemplateResult | null {
    if (onlyInA.length + onlyInB.length === 0) return null;
    return html`<p class="quiet">Classes are matched by name.</p>
      ${onlyInA.length > 0 ? html`<p class="quiet">Only in A: ${onlyInA.join(", ")}</p>` : null}
      ${onlyInB.length > 0 ? html`<p class="quiet">Only in B: ${onlyInB.join(", ")}</p>` : null}`;
  }

  private select(comparison: Comparison, index: number): void {
    const [trueClass, predClass] = [comparison.trueClass[index] as number, comparison.predClass[index] as number];
    this.app.comparing.select({ trueClass, predClass });
  }
}
