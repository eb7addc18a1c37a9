import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Piece } from "../../draw/picture/picture";
import { visibleRows } from "../../draw/row_window";
import type { Surface } from "../../draw/surface";
import { Disposer } from "../../util/disposer";
import { nextTask } from "../../util/next_task";
import type { Pictured } from "../pictured";
import { controls } from "../styles";
import { drawCell } from "./table_picture";

/** A column of a table. */
export interface Column {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  readonly widthCss: number;
  /** Takes the room that the others leave, and stays in sight when the table is scrolled sideways. */
  readonly isMain?: boolean;
  /** Room within the column for an interval, right of what the label stands over. */
  readonly hasInterval?: boolean;
  readonly isSortable: boolean;
}

/** How a table is filled, sorted and picked from; rows are asked for only when they are seen. */
export interface TableModel {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly numRows: number;
  readonly renderCell: (row: number, column: Column) => TemplateResult | string | typeof nothing;
  /** -1: none. */
  readonly selectedRow: number;
  readonly sortedBy: string | null;
  readonly isDescending: boolean;
  readonly onSort: (column: Column) => void;
  readonly onSelect: (row: number) => void;
}

const ROW_HEIGHT_CSS = 30;
const HEADER_HEIGHT_CSS = 32;

/** A table of any length: only the rows that are seen are on the page. Arrow keys walk its rows. */
export class DataTable extends LitElement implements Pictured {
  static override properties = { model: { attribute: false }, scrollTopCss: { state: true }, heightCss: { state: true } };

  declare model: TableModel;
  declare scrollTopCss: number;
  declare heightCss: number;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        height: 100%;
        min-height: 0;
      }
      .scroll {
        height: 100%;
        overflow: auto;
        outline-offset: -2px;
      }
      .row {
        display: grid;
        min-width: var(--least-width);
        align-items: center;
        border-bottom: 1px solid var(--line);
      }
      .head {
        position: sticky;
        top: 0;
        z-index: 1;
        height: 32px;
        background: var(--background);
        color: var(--quiet-text);
      }
      .body {
        position: relative;
        min-width: var(--least-width);
      }
      .body .row {
        position: absolute;
        left: 0;
        right: 0;
        height: 30px;
        cursor: pointer;
      }
      .body .row:hover {
        background: var(--sidebar);
      }
      .body .row[aria-selected="true"] {
        background: var(--pressed);
      }
      .body .row[aria-selected="true"] > :first-child {
        box-shadow: inset 2px 0 0 var(--accent);
        line-height: 29px;
      }
      [role="gridcell"],
      [role="columnheader"] {
        padding: 0 6px;
        text-align: right;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .main {
        position: sticky;
        left: 0;
        text-align: left;
        background: var(--background);
      }
      .body .main {
        line-height: 29px;
      }
      .body .row:hover .main {
        background: var(--sidebar);
      }
      .body .row[aria-selected="true"] .main {
        background: var(--pressed);
      }
      [role="columnheader"].interval-room {
        padding-right: 78px;
      }
      [role="columnheader"] button {
        padding: 0;
        font: inherit;
      }
      .arrow {
        margin-left: 2px;
      }
      .interval {
        display: inline-block;
        width: 68px;
        font-size: 11px;
        color: var(--quiet-text);
      }
      strong {
        font-weight: 500;
      }
      .rate {
        display: inline-block;
        position: relative;
        min-width: 48px;
        padding-bottom: 3px;
        line-height: 18px;
      }
      .rate::before,
      .rate::after {
        content: "";
        position: absolute;
        left: 0;
        bottom: 0;
        height: 2px;
        width: 100%;
        background: var(--pressed);
      }
      .rate::after {
        width: var(--share);
        background: var(--run);
      }
      svg {
        display: block;
        margin: 0 auto;
      }
    `,
  ];

  private readonly owned = new Disposer();

  constructor() {
    super();
    this.scrollTopCss = 0;
    this.heightCss = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const observer = new ResizeObserver(async ([entry]) => {
      // Laying out what is around the rows was work enough for one task.
      if (this.heightCss === 0) await nextTask();
      if (entry && entry.contentRect.height > 0) this.heightCss = entry.contentRect.height;
    });
    observer.observe(this);
    this.owned.add(() => observer.disconnect());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.owned.dispose();
  }

  override render() {
    const { model } = this;
    const tracks = `grid-template-columns:${model.columns.map(trackOf).join(" ")}`;
    const leastWidthCss = model.columns.reduce((sum, column) => sum + column.widthCss, 0);
    const rows = visibleRows(this.heightCss > 0 ? model.numRows : 0, ROW_HEIGHT_CSS, this.scrollTopCss, this.heightCss);
    const isActiveSeen = rows.includes(model.selectedRow);
    return html`<div
      class="scroll"
      role="grid"
      tabindex="0"
      aria-label=${model.name}
      aria-rowcount=${model.numRows + 1}
      style=${`--least-width:${leastWidthCss}px`}
      aria-activedescendant=${isActiveSeen ? `row-${model.selectedRow}` : nothing}
      @scroll=${(event: Event) => {
        this.scrollTopCss = (event.target as HTMLElement).scrollTop;
      }}
      @keydown=${this.onKey}
    >
      <div class="row head" role="row" aria-rowindex="1" style=${tracks}>${model.columns.map((column) => this.renderHeader(column))}</div>
      <div class="body" role="rowgroup" style=${`height:${model.numRows * ROW_HEIGHT_CSS}px`}>
        ${rows.map(
          (row) => html`<div
            class="row"
            role="row"
            id=${`row-${row}`}
            aria-rowindex=${row + 2}
            aria-selected=${row === model.selectedRow}
            style=${`${tracks};top:${row * ROW_HEIGHT_CSS}px`}
            @click=${() => model.onSelect(row)}
          >
            ${model.columns.map((column) => html`<div role="gridcell" class=${column.isMain ? "main" : nothing}>${model.renderCell(row, column)}</div>`)}
          </div>`,
        )}
      </div>
    </div>`;
  }

  /** The rows that are seen. */
  pieces(): Piece[] {
    const scroll = this.renderRoot.querySelector(".scroll")?.getBoundingClientRect();
    if (!scroll || this.model.numRows === 0) return [];
    const cells = [...this.renderRoot.querySelectorAll<HTMLElement>("[role=columnheader], [role=gridcell]")];
    const seen = cells.filter((cell) => isWithin(cell.getBoundingClientRect(), scroll));
    const draw = (surface: Surface) => {
      const { color } = getComputedStyle(this);
      for (const cell of seen) drawCell(surface, cell, scroll, color);
    };
    const bottom = Math.max(...seen.map((cell) => cell.getBoundingClientRect().bottom));
    return [{ leftCss: 0, topCss: 0, widthCss: scroll.width, heightCss: bottom - scroll.top, draw }];
  }

  protected override updated(changed: PropertyValues<this>): void {
    const before = changed.get("model");
    const isMeasured = changed.get("heightCss") === 0;
    if (isMeasured || (before && before.selectedRow !== this.model.selectedRow)) this.reveal(this.model.selectedRow);
  }

  private renderHeader(column: Column): TemplateResult {
    const { sortedBy, isDescending } = this.model;
    const isSorted = sortedBy === column.key;
    const arrow = isSorted ? (isDescending ? "▾" : "▴") : "";
    return html`<div
      role="columnheader"
      class=${column.isMain ? "main" : column.hasInterval ? "interval-room" : nothing}
      title=${column.hint}
      aria-sort=${isSorted ? (isDescending ? "descending" : "ascending") : nothing}
    >
      ${
        column.isSortable
          ? html`<button @click=${() => this.model.onSort(column)}>${column.label}<span class="arrow" aria-hidden="true">${arrow}</span></button>`
          : column.label
      }
    </div>`;
  }

  private onKey(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const isInHeader = event.composedPath()[0] instanceof HTMLButtonElement;
    if (by === undefined || isInHeader || event.ctrlKey || event.altKey || event.metaKey || this.model.numRows === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const from = this.model.selectedRow;
    this.model.onSelect(from < 0 ? 0 : Math.min(Math.max(from + by, 0), this.model.numRows - 1));
  }

  private reveal(row: number): void {
    const scroll = this.renderRoot.querySelector(".scroll");
    if (!scroll || row < 0 || this.heightCss === 0) return;
    const top = row * ROW_HEIGHT_CSS;
    const seen = this.heightCss - HEADER_HEIGHT_CSS - ROW_HEIGHT_CSS;
    if (top < scroll.scrollTop) scroll.scrollTop = top;
    else if (top > scroll.scrollTop + seen) scroll.scrollTop = top - seen;
  }
}

/** The same tracks in every row, whatever is in it. */
function trackOf({ widthCss, isMain }: Column): string {
  return isMain ? `minmax(${widthCss}px, 1fr)` : `${widthCss}px`;
}

/** Whether a cell is seen whole. */
function isWithin(cell: DOMRect, scroll: DOMRect): boolean {
  return (
    cell.left >= scroll.left - 1 && cell.right <= scroll.right + 1 && cell.top >= scroll.top - 1 && cell.bottom <= scroll.bottom + 1
  );
}
