import { html } from "lit";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** The Confusions view. */
export class ConfusionsView extends SignalElement {
  static override styles = [controls];

  override render() {
    return html``;
  }
}
