import { html } from "lit";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** The Timeline view. */
export class TimelineView extends SignalElement {
  static override styles = [controls];

  override render() {
    return html``;
  }
}
