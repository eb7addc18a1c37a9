import { css, html } from "lit";
import { legendStops } from "../../draw/legend";
import { countText, percentText } from "../../util/number_text";
import { themeOf } from "../current_theme";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** What the colours mean. */
export class Legend extends SignalElement {
  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 8px;
        color: var(--quiet-text);
        white-space: nowrap;
      }
      label {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .bar {
        width: 110px;
        height: 10px;
        border-radius: 2px;
        border: 1px solid var(--line);
      }
      @media (max-width: 1100px) {
        .bar {
          width: 60px;
        }
      }
    `,
  ];

  override render() {
    const { app } = this;
    const { min, max } = app.colourRange.value;
    if (app.matrices.value.length === 0) return null;
    const toText = app.view.normalize.value === "counts" ? countText : percentText;
    const name = `Colours from ${toText(min)} to ${toText(max)}, ${app.view.scale.value}`;
    return html`<span>${toText(min)}</span>
      <span class="bar" role="img" aria-label=${name} title=${name} style=${`background:${legendStops(themeOf(app))}`}></span>
      <span>${toText(max)}</span>
      <label title="Keep these colours over steps and runs">
        <input
          type="checkbox"
          aria-label="Lock the colour range"
          .checked=${app.lock.value !== null}
          @change=${(event: Event) => this.actions.lockColours((event.target as HTMLInputElement).checked)}
        />
        lock</label
      >`;
  }
}
