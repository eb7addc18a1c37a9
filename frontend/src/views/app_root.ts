import { html, nothing, type TemplateResult } from "lit";
import { linkTo } from "../state/host";
import { VIEWS } from "../state/view_state";
import { appStyles } from "./app_styles";
import { statusSentence } from "./facts";
import { emptyState, helpDialog } from "./messages";
import type { Pictured } from "./pictured";
import { SignalElement } from "./signal_element";
import { controls, tokens } from "./styles";
import { VIEW_PARTS } from "./view_parts";

/** The whole page. */
export class AppRoot extends SignalElement {
  static override styles = [tokens, controls, appStyles];

  override render() {
    const { app, actions } = this;
    const listing = app.store.listing.value;
    const isEmpty = listing !== null && listing.length === 0;
    this.dataset["theme"] = app.isDark.value ? "dark" : "light";
    this.classList.toggle("no-sidebar", !app.isSidebarOpen.value);
    this.classList.toggle("no-inspector", !app.isInspectorOpen.value);
    return html`
      <aside class="sidebar" aria-label="Data">
        <tbc-run-picker .app=${app} .actions=${actions}></tbc-run-picker>
        <tbc-tag-picker .app=${app} .actions=${actions}></tbc-tag-picker>
        <tbc-class-picker .app=${app} .actions=${actions}></tbc-class-picker>
        <tbc-baseline-picker .app=${app} .actions=${actions}></tbc-baseline-picker>
        ${
          app.warnings.value.length > 0
            ? html`<tbc-warning-list role="region" aria-label="Warnings" tabindex="0" .app=${app} .actions=${actions}></tbc-warning-list>`
            : null
        }
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
      <nav aria-label="Views and tools">
        ${this.renderPanelButton("sidebar", "☰", app.isSidebarOpen.value, "Runs, tag and classes (b)")}
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
        <tbc-class-finder .app=${app} .actions=${actions}></tbc-class-finder>
        <tbc-export-menu .app=${app} .actions=${actions} .viewOf=${() => this.openView()}></tbc-export-menu>
        <tbc-copy-button
          label=${app.isCompact.value ? "Link" : "Copy link"}
          hint="Whoever opens it sees this (y)"
          .requests=${app.linkCopyRequests.value}
          .makeText=${() => linkTo(app)}
        ></tbc-copy-button>
        <button
          title="Keys (?)"
          aria-label="Keys"
          @click=${() => {
            app.isHelpOpen.value = true;
          }}
        >
          ?
        </button>
        ${this.renderPanelButton("inspector", "◨", app.isInspectorOpen.value, "Inspector (i)")}
      </nav>
      <main>
      <div class="tools" role="group" aria-label="Tools">${parts.tools(app, actions)}</div>
      <div class="panel" id="panel" role="tabpanel" aria-labelledby=${`tab-${app.view.view.value}`}>${parts.panel(app, actions)}</div>
      <div class="status" role="status" title=${statusSentence(app) || nothing}>${this.renderStatus()}</div>
      <tbc-step-bar .app=${app} .actions=${actions}></tbc-step-bar>
      </main>
      <tbc-inspector role="complementary" aria-label="Inspector" .app=${app} .actions=${actions}></tbc-inspector>
    `;
  }

  private renderPanelButton(panel: "sidebar" | "inspector", icon: string, isOpen: boolean, hint: string): TemplateResult {
    return html`<button
      class="panel-button"
      aria-pressed=${isOpen}
      aria-label=${panel === "sidebar" ? "Sidebar" : "Inspector panel"}
      title=${hint}
      @click=${() => this.actions.togglePanel(panel)}
    >
      ${icon}
    </button>`;
  }

  private openView(): Pictured | null {
    return this.renderRoot.querySelector<HTMLElement & Pictured>(".panel > *");
  }

  private renderStatus() {
    const { app } = this;
    const error = app.store.listingError.value;
    if (error) return html`<span class="error">TensorBoard doesn't answer (${error}); trying again.</span>`;
    if (app.store.listing.value === null) return "Loading…";
    const sentence = statusSentence(app);
    return sentence || html`<span class="quiet">${VIEW_PARTS[app.view.view.value].hint}</span>`;
  }
}
