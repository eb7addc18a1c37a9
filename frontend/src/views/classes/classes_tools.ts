import { html } from "lit";
import { formStyles } from "../form";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** What can be set in the Classes view. */
export class ClassesTools extends SignalElement {
  static override styles = [controls, formStyles];

  override render() {
    return html``;
  }
}
