import { css, html } from "lit";
import { countText } from "../../util/number_text";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** What changes are told against. */
export class BaselinePicker extends SignalElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      h2 {
        margin-bottom: 2px;
      }
      div {
        overflow-wrap: anywhere;
      }
      button {
        padding: 0;
        text-decoration: underline;
        font-size: 12px;
      }
    `,
  ];

  protected override isPatient(): boolean {
    return true;
  }

  override render() {
    const { app, actions } = this;
    const pinned = app.view.baseline.value;
    const card = app.focusedCard.value;
    const present = card?.shown ? `${card.series.run}, step ${countText(card.shown.step)}` : null;
    return html`
      <h2>Baseline</h2>
      ${
        pinned
          ? html`<div>${pinned.run}, ${pinned.step === null ? "at the playhead" : `step ${countText(pinned.step)}`}</div>
              <button title="Tell changes against each series' first step (p)" @click=${() => actions.pinBaseline(null)}>let it go</button>`
          : html`<div class="quiet">each series' first step</div>
              ${present === null ? null : html`<button title="Tell changes against this (p)" @click=${() => actions.pinPresent()}>pin ${present}</button>`}`
      }
    `;
  }
}
