import { css, html } from "lit";
import { VIEWS } from "../state/view_state";
import { statusSentence } from "./facts";
import { emptyState, helpDialog } from "./messages";
import { SignalElement } from "./signal_element";
import { controls, tokens } from "./styles";
import { VIEW_PARTS } from "./view_parts";

/** The whole page. */
export class AppRoot extends SignalElement {
  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: grid;
        grid-template: "sidebar tabs tabs" 48px "sidebar tools tools" auto "sidebar view inspector" minmax(0, 1fr) "sidebar status inspector" 30px "sidebar steps inspector" 52px / 216px minmax(0, 1fr) 284px;
        position: absolute;
        inset: 0;
        background: var(--background);
        overflow: hidden;
      }
      @media (max-width: 1100px) {
        :host {
          grid-template-columns: 176px minmax(0, 1fr) 232px;
        }
      }
      .sidebar {
        grid-area: sidebar;
        background: var(--sidebar);
        border-right: 1px solid var(--line);
        padding: 12px 14px;
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .sidebar > * + * {
        border-top: 1px solid var(--line);
        margin-top: 14px;
        padding-top: 12px;
      }
      nav {
        grid-area: tabs;
        display: flex;
        align-items: stretch;
        gap: 6px;
        padding: 0 18px;
        border-bottom: 1px solid var(--line);
      }
      [role="tablist"] {
        display: flex;
        flex: 1;
      }
      [role="tab"] {
        border-radius: 0;
        padding: 0 2px;
        margin-right: 20px;
        border-bottom: 2px solid transparent;
      }
      [role="tab"][aria-selected="true"] {
        color: var(--text);
        border-bottom-color: var(--accent);
      }
      nav > button {
        align-self: center;
      }
      .tools {
        grid-area: tools;
        display: flex;
        align-items: center;
        padding: 8px 18px;
        min-height: 44px;
        border-bottom: 1px solid var(--line);
      }
      .panel {
        grid-area: view;
        min-height: 0;
        min-width: 0;
      }
      .panel > * {
        display: block;
        height: 100%;
      }
      .tools > * {
        flex: 1;
      }
      .status {
        grid-area: status;
        padding: 5px 18px;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      tbc-step-bar {
        grid-area: steps;
        border-top: 1px solid var(--line);
      }
      tbc-inspector {
        grid-area: inspector;
        border-left: 1px solid var(--line);
      }
      .warnings {
        margin-top: auto;
        color: var(--warning);
        overflow-y: auto;
        min-height: 60px;
        max-height: 40%;
        overflow-wrap: anywhere;
        font-size: 12px;
        line-height: 17px;
      }
      .warnings h2 {
        color: var(--warning);
      }
      .warnings p {
        margin: 0 0 8px;
      }
      .full {
        grid-column: 2 / -1;
        grid-row: 1 / -1;
        padding: 48px;
        overflow: auto;
      }
      .error {
        color: var(--warning);
      }
      pre {
        background: var(--sidebar);
        border: 1px solid var(--line);
        border-radius: 6px;
        padding: 12px 16px;
        overflow: auto;
        font: 12px/18px "Roboto Mono", ui-monospace, monospace;
      }
      dialog {
        color: var(--text);
        background: var(--background);
        border: 1px solid var(--line);
        border-radius: 8px;
        padding: 20px 24px;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 40%);
      }
      kbd {
        font: inherit;
        border: 1px solid var(--line);
        border-radius: 4px;
        padding: 0 6px;
        white-space: nowrap;
      }
      dialog table td {
        padding: 3px 16px 3px 0;
      }
    `,
  ];

  override render() {
    const { app, actions } = this;
    const listing = app.store.listing.value;
    const isEmpty = listing !== null && listing.length === 0;
    this.dataset["theme"] = app.isDark.value ? "dark" : "light";
    return html`
      <aside class="sidebar" aria-label="Data">
        <tbc-run-picker .app=${app} .actions=${actions}></tbc-run-picker>
        <tbc-tag-picker .app=${app} .actions=${actions}></tbc-tag-picker>
        ${this.renderWarnings()}
      </aside>
      ${isEmpty ? html`<main class="full">${emptyState()}</main>` : this.renderMain()}
      ${
        app.isHelpOpen.value
          ? helpDialog(() => {
              app.isHelpOpen.value = false;
            })
          : null
      }
    `;
  }

  private renderMain() {
    const { app, actions } = this;
    const parts = VIEW_PARTS[app.view.view.value];
    return html`
      <nav>
        <div role="tablist" aria-label="Views">
          ${VIEWS.map(
            (view) => html`<button
              role="tab"
              id=${`tab-${view}`}
              aria-selected=${app.view.view.value === view}
              aria-controls="panel"
              @click=${() => {
                app.view.view.value = view;
              }}
            >
              ${VIEW_PARTS[view].label}
            </button>`,
          )}
        </div>
        <button
          title="Keys (?)"
          aria-label="Keys"
          @click=${() => {
            app.isHelpOpen.value = true;
          }}
        >
          ?
        </button>
      </nav>
      <div class="tools" role="group" aria-label="Tools">${parts.tools(app, actions)}</div>
      <main class="panel" id="panel" role="tabpanel" aria-labelledby=${`tab-${app.view.view.value}`}>${parts.panel(app, actions)}</main>
      <div class="status" role="status">${this.renderStatus()}</div>
      <tbc-step-bar .app=${app} .actions=${actions}></tbc-step-bar>
      <tbc-inspector role="complementary" aria-label="Inspector" .app=${app} .actions=${actions}></tbc-inspector>
    `;
  }

  private renderStatus() {
    const { app } = this;
    const error = app.store.listingError.value;
    if (error) return html`<span class="error">TensorBoard doesn't answer (${error}); trying again.</span>`;
    if (app.store.listing.value === null) return "Loading…";
    const sentence = statusSentence(app);
    return sentence || html`<span class="quiet">Point at a cell to read it; wheel or drag to zoom, double-click to see all.</span>`;
  }

  private renderWarnings() {
    const warnings = this.app.warnings.value;
    if (warnings.length === 0) return null;
    return html`<section class="warnings" aria-label="Warnings" tabindex="0">
      <h2>${warnings.length === 1 ? "1 warning" : `${warnings.length} warnings`}</h2>
      ${warnings.map((warning) => html`<p>${warning}</p>`)}
    </section>`;
  }
}
