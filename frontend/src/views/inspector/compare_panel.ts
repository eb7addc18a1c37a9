import { html } from "lit";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** The selected cell in A and in B. */
export class ComparePanel extends SignalElement {
  static override styles = [controls];

  override render() {
    return html``;
  }
}
