import { html } from "lit";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** The Compare view. */
export class CompareView extends SignalElement {
  static override styles = [controls];

  override render() {
    return html``;
  }
}
