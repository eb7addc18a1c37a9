import { css, html, LitElement, type PropertyValues } from "lit";
import { copyText } from "../util/clipboard";
import { controls } from "./styles";

const TOLD_MS = 1500;

/** Copies a text that is made when it is pressed, and says whether it could. */
export class CopyButton extends LitElement {
  static override properties = {
    label: {},
    hint: {},
    requests: { attribute: false },
    makeText: { attribute: false },
    told: { state: true },
  };

  declare label: string;
  declare hint: string;
  /** Copies as often as this grows. */
  declare requests: number;
  declare makeText: () => string;
  declare told: string;

  static override styles = [
    controls,
    css`
      button {
        white-space: nowrap;
      }
    `,
  ];

  constructor() {
    super();
    this.requests = 0;
    this.told = "";
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.requests > (changed.get("requests") ?? this.requests)) void this.copy();
  }

  /** As if it was pressed. */
  async copy(): Promise<void> {
    this.told = (await copyText(this.makeText())) ? "Copied" : "Couldn't copy";
    window.setTimeout(() => {
      this.told = "";
    }, TOLD_MS);
  }

  override render() {
    return html`<button title=${this.hint} @click=${() => this.copy()}><span aria-live="polite">${this.told || this.label}</span></button>`;
  }
}
