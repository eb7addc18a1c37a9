import { css, html, nothing, type TemplateResult } from "lit";
import type { Pictured } from "../pictured";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";
import { EXPORT_FORMATS, type ExportFormat, exportView } from "./export_view";

const LABELS: Readonly<Record<ExportFormat, { readonly label: string; readonly hint: string }>> = {
  png: { label: "PNG", hint: "picture of what is seen, 2×" },
  svg: { label: "SVG", hint: "the same, to scale and to edit" },
  csv: { label: "CSV", hint: "the figures, all digits" },
  json: { label: "JSON", hint: "the same for scripts" },
  latex: { label: "LaTeX", hint: "a table for booktabs" },
};

/** Takes what is seen along, as a picture or as figures. */
export class ExportMenu extends SignalElement {
  static override properties = { ...SignalElement.properties, viewOf: { attribute: false }, told: { state: true } };

  /** The view that is open. */
  declare viewOf: () => Pictured | null;
  declare told: string;

  static override styles = [
    controls,
    css`
      :host {
        position: relative;
      }
      [role="menu"] {
        position: absolute;
        z-index: 3;
        right: 0;
        top: 32px;
        min-width: 250px;
        padding: 6px 0;
        background: var(--background);
        border: 1px solid var(--line);
        border-radius: 8px;
        box-shadow: 0 4px 16px rgb(0 0 0 / 20%);
      }
      [role="menuitem"] {
        display: grid;
        grid-template-columns: 52px 1fr;
        width: 100%;
        border-radius: 0;
        padding: 5px 14px;
        text-align: left;
        color: var(--text);
      }
      [role="menuitem"]:focus-visible {
        outline-offset: -2px;
      }
      .error {
        max-width: 250px;
        margin: 4px 14px;
        color: var(--warning);
      }
    `,
  ];

  constructor() {
    super();
    this.told = "";
  }

  override render() {
    const isOpen = this.app.isExportOpen.value;
    return html`<button
        id="open"
        aria-haspopup="menu"
        aria-expanded=${isOpen}
        title="Take what is seen along (E)"
        @click=${() => this.open(!isOpen)}
      >
        Export
      </button>
      ${isOpen ? this.renderMenu() : nothing}`;
  }

  private renderMenu(): TemplateResult {
    return html`<div role="menu" aria-labelledby="open" @keydown=${this.onKey} @focusout=${this.onFocusOut}>
        ${EXPORT_FORMATS.map(
          (format) => html`<button role="menuitem" tabindex="-1" @click=${() => this.take(format)}>
            <span>${LABELS[format].label}</span><span class="quiet">${LABELS[format].hint}</span>
          </button>`,
        )}
      </div>
      ${this.told === "" ? nothing : html`<p class="error" role="alert">${this.told}</p>`}`;
  }

  protected override updated(): void {
    if (this.app.isExportOpen.value && !this.renderRoot.querySelector(":focus-visible, :focus")) this.items()[0]?.focus();
  }

  private open(isOpen: boolean): void {
    this.told = "";
    this.app.isExportOpen.value = isOpen;
  }

  private items(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>("[role=menuitem]")];
  }

  private async take(format: ExportFormat): Promise<void> {
    try {
      await exportView(this.app, this.viewOf(), format);
      this.close();
    } catch (error) {
      this.told = `It couldn't be exported: ${error instanceof Error ? error.message : error}`;
    }
  }

  private close(): void {
    this.open(false);
    this.renderRoot.querySelector<HTMLElement>("#open")?.focus();
  }

  private onFocusOut(event: FocusEvent): void {
    const menu = event.currentTarget as HTMLElement;
    const next = event.relatedTarget as HTMLElement | null;
    if (next !== null && !menu.contains(next) && next.id !== "open") this.open(false);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") this.close();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.moveFocus(event.key === "ArrowDown" ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private moveFocus(by: number): void {
    const items = this.items();
    const at = items.findIndex((item) => item.matches(":focus"));
    items[(at + by + items.length) % items.length]?.focus();
  }
}
