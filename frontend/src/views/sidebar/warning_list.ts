import { css, html } from "lit";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";

/** What is odd about the data: each in two lines, and whole when it is opened. */
export class WarningList extends SignalElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        color: var(--warning);
        font-size: 12px;
        line-height: 17px;
        overflow-wrap: anywhere;
      }
      h2 {
        color: var(--warning);
        margin-bottom: 4px;
      }
      details {
        padding: 3px 0;
      }
      summary {
        cursor: pointer;
        list-style: none;
      }
      summary:hover {
        text-decoration: underline;
      }
      details:not([open]) summary {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow: hidden;
      }
    `,
  ];

  override render() {
    const warnings = this.app.warnings.value;
    return html`<h2>${warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`}</h2>
      ${warnings.map((warning) => html`<details><summary title=${warning}>${warning}</summary></details>`)}`;
  }
}
