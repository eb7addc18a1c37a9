import { signal } from "@preact/signals-core";
import { css, html } from "lit";
import { prepareCanvas } from "../../draw/canvas";
import { BAR_ROOM_CSS, cardWidthCss, HEADER_HEIGHT_CSS, layoutCards, nameRoomCss } from "../../draw/matrix/card_layout";
import { differenceSteps, drawDifferences } from "../../draw/matrix/difference_map";
import type { Frame } from "../../draw/matrix/frame";
import { drawOverlay } from "../../draw/matrix/heat_map";
import { longestLabelCss } from "../../draw/matrix/labels";
import { Plane } from "../../draw/matrix/plane";
import type { Piece } from "../../draw/picture/picture";
import type { Surface } from "../../draw/surface";
import { differenceSentence, indexOf } from "../../model/changes";
import type { Comparison } from "../../model/comparison";
import { type Cell, isInside } from "../../model/matrix";
import { fullViewport } from "../../model/viewport";
import { themeOf } from "../current_theme";
import { DrawnElement } from "../drawn_element";
import { controls } from "../styles";

const EDGE_CSS = 8;
const ARROWS: Record<string, readonly [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** B minus A, cell by cell, as a grid that a screen reader can walk. */
export class DifferenceMatrix extends DrawnElement {
  static override properties = { ...DrawnElement.properties, comparison: { attribute: false }, area: { attribute: false } };

  declare comparison: Comparison;
  /** Width and height that there is, in CSS pixels. */
  declare area: readonly [number, number];

  static override styles = [
    controls,
    css`
      .grid {
        position: relative;
        border-radius: 4px;
      }
      canvas {
        position: absolute;
        inset: 0;
      }
    `,
  ];

  private readonly pointed = signal<Cell | null>(null);

  get frame(): Frame {
    const { layout } = this;
    return {
      leftCss: nameRoomCss(layout, 0),
      topCss: layout.nameHeightCss,
      widthCss: cardWidthCss(layout, 0),
      heightCss: layout.nameHeightCss + layout.sideCss + 4,
      bracketRoomCss: 0,
      hasRowNames: true,
    };
  }

  get plane(): Plane {
    return new Plane(fullViewport(this.comparison.match.pairs.length), this.layout.sideCss, window.devicePixelRatio);
  }

  private get layout() {
    // Without the header and the bars of a card there is room for larger cells.
    const [widthCss, heightCss] = this.area;
    const longestCss = longestLabelCss(this.app.comparing.names.value);
    return layoutCards(widthCss + BAR_ROOM_CSS - EDGE_CSS, heightCss + BAR_ROOM_CSS + HEADER_HEIGHT_CSS - EDGE_CSS, 1, longestCss);
  }

  override render() {
    const { frame } = this;
    const style = `width:${frame.widthCss}px;height:${frame.heightCss}px`;
    const size = this.comparison.match.pairs.length;
    const cell = this.app.comparing.selection.value;
    return html`<div
      class="grid"
      role="grid"
      tabindex="0"
      aria-label="Differences, B minus A"
      aria-rowcount=${size}
      aria-colcount=${size}
      aria-activedescendant="active-cell"
      style=${style}
      @pointermove=${this.onMove}
      @pointerleave=${() => this.pointAt(null)}
      @click=${this.onClick}
      @keydown=${this.onKey}
    >
      <canvas id="cells" aria-hidden="true" style=${style}></canvas>
      <canvas id="overlay" aria-hidden="true" style=${style}></canvas>
      <div role="row" class="off-screen" aria-rowindex=${(cell?.trueClass ?? 0) + 1}>
        <div role="gridcell" id="active-cell" aria-colindex=${(cell?.predClass ?? 0) + 1} aria-selected=${cell !== null}>
          ${cell ? this.sentenceOf(cell) : "Arrow keys walk the cells"}
        </div>
      </div>
    </div>`;
  }

  protected override preparedFrom(): readonly unknown[] {
    return [this.comparison, this.isFading];
  }

  protected override preparations(): Generator<void, void> {
    return differenceSteps(this.comparison, this.plane, this.isFading, themeOf(this.app));
  }

  private drawnFrom: readonly unknown[] = [];

  protected override *drawings(): Generator<void, void> {
    yield;
    // The pointer moves over cells that stay as they are.
    const { app, comparison, frame, plane } = this;
    const from = [
      comparison,
      app.view.isSignificantOnly.value,
      themeOf(app),
      ...Object.values(frame),
      plane.sideCss,
      plane.pixelRatio,
    ];
    if (from.some((one, i) => one !== this.drawnFrom[i])) this.drawCells(this.prepare("#cells"), plane);
    this.drawnFrom = from;
    yield;
    this.drawPlace(this.prepare("#overlay"), this.plane, this.pointed.value);
  }

  /** The matrix as it is seen, but for what the pointer is over. */
  piece(leftCss: number, topCss: number): Piece {
    const { comparison, frame, layout } = this;
    const draw = (surface: Surface, pixelRatio: number) => {
      const plane = new Plane(fullViewport(comparison.match.pairs.length), layout.sideCss, pixelRatio);
      this.drawCells(surface, plane);
      this.drawPlace(surface, plane, null);
    };
    return { leftCss, topCss, widthCss: frame.widthCss, heightCss: frame.heightCss, draw };
  }

  private get isFading(): boolean {
    return this.app.view.isSignificantOnly.value && !this.comparison.isWeighted;
  }

  private drawCells(surface: Surface, plane: Plane): void {
    const { app, comparison, frame, isFading } = this;
    drawDifferences(surface, frame, plane, comparison, isFading, themeOf(app));
  }

  private drawPlace(surface: Surface, plane: Plane, pointed: Cell | null): void {
    const { comparing } = this.app;
    drawOverlay(
      surface,
      this.frame,
      plane,
      comparing.names.value,
      pointed,
      comparing.selection.value,
      false,
      [],
      themeOf(this.app),
    );
  }

  private prepare(selector: string): Surface {
    return prepareCanvas(this.renderRoot.querySelector(selector) as HTMLCanvasElement, this.frame.widthCss, this.frame.heightCss);
  }

  private sentenceOf(cell: Cell): string {
    const index = indexOf(this.comparison, cell.trueClass, cell.predClass);
    if (index >= 0) return differenceSentence(this.comparison, index);
    const name = (place: number) => this.comparison.match.pairs[place]?.name ?? "";
    return `${name(cell.trueClass)} → ${name(cell.predClass)}: never, neither in A nor in B`;
  }

  private pointAt(cell: Cell | null): void {
    this.pointed.value = cell;
    this.app.hoverSentence.value = cell && this.sentenceOf(cell);
  }

  private cellAt(event: MouseEvent): Cell | null {
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const { frame, plane } = this;
    const [row, column] = plane.classUnitsAt(event.clientX - left - frame.leftCss, event.clientY - top - frame.topCss);
    const cell = { trueClass: Math.floor(row), predClass: Math.floor(column) };
    return isInside(cell, this.comparison.match.pairs.length) ? cell : null;
  }

  private onMove(event: PointerEvent): void {
    this.pointAt(this.cellAt(event));
  }

  private onClick(event: MouseEvent): void {
    const cell = this.cellAt(event);
    if (cell) this.app.comparing.select(cell);
  }

  private onKey(event: KeyboardEvent): void {
    const move = ARROWS[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const { comparing } = this.app;
    const from = comparing.selection.peek();
    const last = this.comparison.match.pairs.length - 1;
    const within = (index: number) => Math.min(Math.max(index, 0), last);
    const to = from && { trueClass: within(from.trueClass + move[0]), predClass: within(from.predClass + move[1]) };
    comparing.select(to ?? { trueClass: 0, predClass: 0 });
  }
}
