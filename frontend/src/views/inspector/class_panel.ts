import { html } from "lit";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** The selected class in figures. */
export class ClassPanel extends SignalElement {
  static override styles = [controls];

  override render() {
    return html``;
  }
}
