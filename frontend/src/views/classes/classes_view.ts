import { html } from "lit";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** The Classes view. */
export class ClassesView extends SignalElement {
  static override styles = [controls];

  override render() {
    return html``;
  }
}
