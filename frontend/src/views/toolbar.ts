import { css, html } from "lit";
import { SCALES } from "../model/colour_scale";
import { NORMALIZATIONS } from "../model/normalize";
import { SignalElement } from "./signal_element";
import { controls } from "./styles";

const NORMALIZE_LABELS = { counts: "Counts", true: "True", pred: "Predicted", all: "All" };
const NORMALIZE_HINTS = {
  counts: "Numbers of samples",
  true: "Share of each true class (rows sum to 100 %)",
  pred: "Share of each predicted class (columns sum to 100 %)",
  all: "Share of all samples",
};
const SCALE_LABELS = { linear: "Linear", log: "Log" };
const SCALE_HINTS = { linear: "Colours from 0 to the largest value", log: "Logarithmic colours: small values show" };

/** How cells are normalised and coloured. */
export class Toolbar extends SignalElement {
  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 16px;
        flex-wrap: wrap;
      }
      .segments {
        display: flex;
        border: 1px solid var(--line);
        border-radius: 6px;
        overflow: hidden;
      }
      .segments label {
        position: relative;
        padding: 2px 10px;
        color: var(--quiet-text);
      }
      @media (max-width: 1100px) {
        .segments label {
          padding: 2px 7px;
        }
      }
      .segments label:has(:checked) {
        background: var(--pressed);
        color: var(--text);
      }
      .segments label:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: -2px;
        border-radius: 6px;
      }
      .segments input {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      .check {
        display: flex;
        align-items: center;
        gap: 6px;
      }
    `,
  ];

  override render() {
    const { view } = this.app;
    return html`
      ${this.renderChoice("Normalize", NORMALIZATIONS, NORMALIZE_LABELS, NORMALIZE_HINTS, view.normalize)}
      ${this.renderChoice("Colour scale", SCALES, SCALE_LABELS, SCALE_HINTS, view.scale)}
      <label class="check" title="The diagonal is drawn grey and left out of the colour range">
        <input
          type="checkbox"
          .checked=${view.isErrorsOnly.value}
          @change=${(event: Event) => {
            view.isErrorsOnly.value = (event.target as HTMLInputElement).checked;
          }}
        />
        Errors only
      </label>
      <label class="check" title="Predicted classes down, true ones across">
        <input
          type="checkbox"
          .checked=${view.isTransposed.value}
          @change=${(event: Event) => {
            view.isTransposed.value = (event.target as HTMLInputElement).checked;
          }}
        />
        Transpose
      </label>
    `;
  }

  private renderChoice<T extends string>(
    label: string,
    choices: readonly T[],
    labels: Record<T, string>,
    hints: Record<T, string>,
    target: { value: T },
  ) {
    return html`<div class="segments" role="radiogroup" aria-label=${label}>
      ${choices.map(
        (choice) => html`<label title=${hints[choice]}>
          <input
            type="radio"
            name=${label}
            .checked=${target.value === choice}
            @change=${() => {
              target.value = choice;
            }}
          />${labels[choice]}</label
        >`,
      )}
    </div>`;
  }
}
