import { css } from "lit";

/** Colours and sizes that all elements share; the dark theme changes the colours alone. */
export const tokens = css`
  :host {
    --background: #ffffff;
    --sidebar: #fafafa;
    --text: #202124;
    --quiet-text: #5f6368;
    --line: #dadce0;
    --control-line: #80868b;
    --pressed: #eef0f2;
    --accent: #e8710a;
    --warning: #8f4700;
    color-scheme: light;
  }
  :host([data-theme="dark"]) {
    --background: #303030;
    --sidebar: #383838;
    --text: #e8eaed;
    --quiet-text: #bdc1c6;
    --line: #4f5153;
    --control-line: #9aa0a6;
    --pressed: #484a4d;
    --accent: #ff9d4d;
    --warning: #ffb877;
    color-scheme: dark;
  }
`;

/** What each element's own shadow root needs: text, and controls that look the same everywhere. */
export const controls = css`
  * {
    box-sizing: border-box;
  }
  :host {
    font: 13px/20px Roboto, "Helvetica Neue", Arial, sans-serif;
    font-variant-numeric: tabular-nums;
    color: var(--text);
  }
  h2 {
    font: inherit;
    color: var(--quiet-text);
    margin: 0 0 8px;
  }
  input[type="text"],
  input[type="search"],
  input[type="number"],
  select {
    font: inherit;
    color: var(--text);
    background: var(--background);
    border: 1px solid var(--line);
    border-radius: 6px;
    padding: 4px 8px;
    height: 30px;
    width: 100%;
  }
  input::placeholder {
    color: var(--quiet-text);
    opacity: 1;
  }
  label {
    cursor: pointer;
  }
  input[type="checkbox"] {
    accent-color: var(--quiet-text);
    width: 14px;
    height: 14px;
    margin: 0;
  }
  button {
    font: inherit;
    color: var(--quiet-text);
    background: none;
    border: 0;
    border-radius: 6px;
    padding: 4px 8px;
    cursor: pointer;
  }
  button:hover {
    color: var(--text);
    background: var(--pressed);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 1px;
  }
  .quiet {
    color: var(--quiet-text);
  }
  .off-screen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
