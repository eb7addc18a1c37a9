import { css } from "lit";

/** How the inspector's panels look. */
export const panelStyles = css`
  :host {
    overflow-wrap: anywhere;
  }
  .title {
    font-size: 16px;
    line-height: 22px;
    overflow-wrap: anywhere;
  }
  .head {
    display: flex;
    justify-content: space-between;
    align-items: start;
  }
  .large {
    font-size: 28px;
    line-height: 36px;
    margin: 8px 0 2px;
  }
  section {
    border-top: 1px solid var(--line);
    margin-top: 14px;
    padding-top: 12px;
  }
  dl,
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .stacked {
    display: block !important;
  }
  .stacked dt {
    color: var(--quiet-text);
  }
  dl > div,
  li {
    display: flex;
    justify-content: space-between;
    gap: 12px;
    border-bottom: 1px solid var(--line);
    padding: 3px 0;
  }
  h2,
  dt,
  .pair {
    overflow-wrap: anywhere;
  }
  li span:last-child {
    white-space: nowrap;
  }
  dd {
    margin: 0;
    white-space: nowrap;
  }
  li button {
    color: var(--text);
    padding: 0;
    text-align: left;
    flex: 1;
    display: flex;
    justify-content: space-between;
    gap: 12px;
  }
  table {
    border-collapse: collapse;
    table-layout: fixed;
    width: 100%;
  }
  th:first-child {
    width: 95px;
  }
  th {
    font-weight: 400;
    text-align: left;
  }
  th,
  td {
    border-bottom: 1px solid var(--line);
    padding: 3px 0 3px 8px;
  }
  th:first-child {
    padding-left: 0;
    white-space: nowrap;
  }
  tr:has(+ .below) > * {
    border-bottom: 0;
    padding-bottom: 0;
  }
  .below td {
    padding-top: 0;
  }
  td,
  thead th {
    text-align: right;
    white-space: nowrap;
  }
  thead th {
    padding-left: 4px;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--quiet-text);
  }
  .swatch {
    display: inline-block;
    width: 8px;
    height: 8px;
    border-radius: 2px;
    margin-right: 4px;
  }
`;
