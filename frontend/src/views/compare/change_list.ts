import { css, html, type TemplateResult } from "lit";
import { significantChanges, significantPlaces, sizeText } from "../../model/changes";
import type { Comparison } from "../../model/comparison";
import { countText, pointsIntervalText } from "../../util/number_text";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

const MAX_LISTED = 200;

/** In words what is more than chance, strongest first, and what the test says. */
export class ChangeList extends SignalElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      .title {
        font-weight: 500;
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

  protected override isPatient(): boolean {
    return true;
  }

  override render() {
    const comparison = this.app.comparing.comparison.value;
    return comparison && html`${this.renderChanges(comparison)} ${this.renderUnmatched(comparison)}`;
  }

  private renderChanges(comparison: Comparison): TemplateResult {
    const numChanges = significantPlaces(comparison).length;
    return html`
      <div class="title">Significant changes</div>
      <div class="quiet">
        ${comparison.isWeighted ? "Weighted samples: differences only, no intervals and no tests." : `${countText(numChanges)} of ${countText(comparison.numTested)} cells tested, at 5 % false discovery rate`}
      </div>
      <ol>
        ${significantChanges(comparison, MAX_LISTED).map(
          (change) => html`<li>
            <button
              title=${comparison.intervalAt(change.index) ? `95 % ${pointsIntervalText(comparison.intervalAt(change.index) ?? [0, 0])}` : ""}
              @click=${() => this.select(comparison, change.index)}
            >
              <span>${change.text}</span><span class="quiet">${change.isBetter ? "better" : "worse"}</span
              ><span>${sizeText(change.delta)}</span>
            </button>
          </li>`,
        )}
      </ol>
      ${numChanges > MAX_LISTED ? html`<p class="quiet">and ${countText(numChanges - MAX_LISTED)} weaker ones</p>` : null}
      ${numChanges === 0 && !comparison.isWeighted ? html`<p class="quiet">No cell differs by more than chance may explain.</p>` : null}
      <p class="quiet">
        The test covers these two checkpoints on these samples, not the luck of a seed. A and B on the same samples are paired: this unpaired test is
        then usually cautious.
      </p>
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
