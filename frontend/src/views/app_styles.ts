import { css } from "lit";

/** How the page as a whole is laid out. */
export const appStyles = css`
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
  :host(.no-sidebar) {
    grid-template-columns: 0 minmax(0, 1fr) 284px;
  }
  :host(.no-inspector) {
    grid-template-columns: 216px minmax(0, 1fr) 0;
  }
  :host(.no-sidebar.no-inspector) {
    grid-template-columns: 0 minmax(0, 1fr) 0;
  }
  @media (max-width: 1100px) {
    :host(.no-sidebar:not(.no-inspector)) {
      grid-template-columns: 0 minmax(0, 1fr) 232px;
    }
    :host(.no-inspector:not(.no-sidebar)) {
      grid-template-columns: 176px minmax(0, 1fr) 0;
    }
  }
  :host(.no-sidebar) .sidebar,
  :host(.no-inspector) tbc-inspector {
    display: none;
  }
  .sidebar {
    grid-area: sidebar;
    background: var(--sidebar);
    border-right: 1px solid var(--line);
    padding: 12px 14px;
    display: flex;
    flex-direction: column;
    min-height: 0;
    overflow-y: auto;
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
  @media (max-width: 1100px) {
    nav {
      gap: 0;
    }
    [role="tab"] {
      margin-right: 12px;
    }
    tbc-class-finder {
      width: 118px;
    }
  }
  @media (max-width: 760px) {
    nav {
      padding: 0 12px;
    }
    [role="tab"] {
      margin-right: 6px;
    }
    tbc-class-finder {
      width: 88px;
    }
  }
  nav > button,
  tbc-export-menu,
  tbc-copy-button,
  tbc-class-finder {
    align-self: center;
    flex: none;
  }
  .panel-button {
    font-size: 15px;
  }
  .panel-button:first-child {
    margin: 0 8px 0 -10px;
  }
  main:not(.full) {
    display: contents;
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
  tbc-run-picker {
    min-height: 118px;
  }
  tbc-class-picker {
    flex: none;
  }
  tbc-warning-list {
    margin-top: auto;
    overflow-y: auto;
    min-height: 60px;
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
  .keys {
    columns: 340px 2;
    column-gap: 24px;
    margin: 0;
  }
  .keys > div {
    display: grid;
    grid-template-columns: 108px 1fr;
    padding: 3px 0;
    break-inside: avoid;
  }
  .keys dd {
    margin: 0;
  }
`;
