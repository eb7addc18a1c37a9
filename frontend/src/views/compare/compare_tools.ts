import { css, html } from "lit";
import { divergingStops } from "../../draw/matrix/diverging";
import { largestDifference } from "../../model/changes";
import { pointsText } from "../../util/number_text";
import { themeOf } from "../current_theme";
import { check, choose, formStyles, legendStyles, toolRowStyles } from "../form";
import { SHARE_CHOICES, SHARE_LABELS } from "../share_choice";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";
import { datumChoice } from "./datum_choice";

/** What is compared with what, and how. */
export class CompareTools extends SignalElement {
  static override styles = [
    controls,
    formStyles,
    toolRowStyles,
    legendStyles,
    css`
      :host {
        column-gap: 12px;
      }
      .choice select {
        max-width: 112px;
      }
      strong {
        font-weight: 500;
      }
      .bar {
        width: 64px;
      }
    `,
  ];

  override render() {
    const { app } = this;
    const { comparing, view } = app;
    return html`
      ${datumChoice(app, "A", comparing.keyA.value, view.a.value, (ref) => {
        view.a.value = ref;
      })}
      <button aria-label="Swap A and B" title="Swap A and B (x)" @click=${() => comparing.swap()}>⇄</button>
      ${datumChoice(app, "B", comparing.keyB.value, view.b.value, (ref) => {
        view.b.value = ref;
      })}
      ${choose("Share of", "Rates are made first, and then subtracted", SHARE_CHOICES, SHARE_LABELS, view.normalize)}
      ${check("Significant only", "Cells that may differ by chance are faint: 5 % false discovery rate", view.isSignificantOnly)} ${this.renderLegend()}
    `;
  }

  private renderLegend() {
    const { app } = this;
    const comparison = app.comparing.comparison.value;
    if (!comparison) return null;
    const max = largestDifference(comparison, app.view.isSignificantOnly.value && !comparison.isWeighted);
    const name = `Colours from ${pointsText(-max)}, less in B, to ${pointsText(max)}, more in B`;
    return html`<span class="legend"
      ><span>less ${pointsText(-max).replace(" pts", "")}</span><span class="bar" role="img" aria-label=${name} title=${name} style=${`background:${divergingStops(themeOf(app))}`}></span
      ><span>${pointsText(max)} more</span></span
    >`;
  }
}
