import { css, html, type PropertyValues } from "lit";
import { prepareCanvas } from "../draw/canvas";
import { BAR_ROOM_CSS, type CardLayout, cardWidthCss, nameRoomCss } from "../draw/card_layout";
import { drawMatrix, drawOverlay, type Frame } from "../draw/heat_map";
import { Plane } from "../draw/plane";
import { runColour } from "../draw/theme";
import { seriesId } from "../model/listing";
import type { Cell, ConfusionMatrix } from "../model/matrix";
import { matrixMetrics } from "../model/metrics";
import { cellSentence } from "../model/sentence";
import { clamped, fullViewport, type Viewport } from "../model/viewport";
import type { Card } from "../state/app_state";
import { countText, intervalText, percentText } from "../util/number_text";
import { themeOf } from "./current_theme";
import { cardTitle } from "./facts";
import { MatrixPointer } from "./matrix_pointer";
import { SignalElement } from "./signal_element";
import { controls } from "./styles";

/** One series: its name and accuracy, and its heat map as a grid that a screen reader can walk. */
export class MatrixCard extends SignalElement {
  static override properties = {
    ...SignalElement.properties,
    card: { attribute: false },
    layout: { attribute: false },
    column: { type: Number },
  };

  declare card: Card;
  declare layout: CardLayout;
  declare column: number;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      header {
        padding-top: 4px;
        white-space: nowrap;
      }
      header > div {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .title {
        display: flex;
        align-items: center;
        gap: 8px;
        font-weight: 500;
      }
      .title span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .swatch {
        width: 10px;
        height: 10px;
        border-radius: 3px;
        flex: none;
      }
      .title .note {
        font-weight: 400;
        color: var(--quiet-text);
      }
      strong {
        font-weight: 500;
      }
      .grid {
        position: relative;
        border-radius: 4px;
        touch-action: none;
      }
      canvas {
        position: absolute;
        inset: 0;
      }
      .box {
        position: absolute;
        border: 1px solid var(--text);
        background: color-mix(in srgb, var(--text) 12%, transparent);
        pointer-events: none;
      }
      .skeleton,
      .message {
        position: absolute;
        border-radius: 4px;
        background: var(--pressed);
      }
      .message {
        background: none;
        border: 1px solid var(--line);
        padding: 16px;
        color: var(--quiet-text);
        overflow: hidden;
      }
    `,
  ];

  private drawn = "";
  private drawnMatrix: ConfusionMatrix | null = null;
  private readonly pointer = new MatrixPointer(this);

  /** The square of cells within the canvas. */
  get frame(): Frame {
    return {
      leftCss: nameRoomCss(this.layout, this.column),
      topCss: this.layout.nameHeightCss,
      widthCss: cardWidthCss(this.layout, this.column),
      heightCss: this.layout.nameHeightCss + this.layout.sideCss + BAR_ROOM_CSS,
    };
  }

  /** The plane on which the card's matrix lies. */
  planeOf(matrix: ConfusionMatrix): Plane {
    return new Plane(this.viewportOf(matrix), this.layout.sideCss, window.devicePixelRatio);
  }

  override render() {
    const { card, layout, frame } = this;
    const style = `width:${frame.widthCss}px;height:${frame.heightCss}px`;
    return html`
      <header style=${`height:${layout.headerHeightCss}px;padding-left:${frame.leftCss}px;width:${frame.widthCss}px`}>${this.renderHeader()}</header>
      <div
        class="grid"
        role="grid"
        tabindex="0"
        aria-label=${`Confusion matrix of ${cardTitle(card)}`}
        aria-rowcount=${card.matrix?.numClasses ?? 0}
        aria-colcount=${card.matrix?.numClasses ?? 0}
        aria-busy=${card.key !== null && card.matrix === null && card.error === null}
        aria-activedescendant="active-cell"
        style=${style}
        @keydown=${this.onKey}
      >
        <canvas id="cells" aria-hidden="true" style=${style}></canvas>
        <canvas id="overlay" aria-hidden="true" style=${style}></canvas>
        ${this.renderActiveCell()} ${this.renderBox()} ${this.renderMessage()}
      </div>
    `;
  }

  protected override firstUpdated(): void {
    this.pointer.listenTo(this.renderRoot.querySelector(".grid") as HTMLElement);
  }

  protected override updated(_: PropertyValues): void {
    const { card, app, frame } = this;
    const theme = themeOf(app);
    const overlay = prepareCanvas(this.renderRoot.querySelector("#overlay") as HTMLCanvasElement, frame.widthCss, frame.heightCss);
    if (!card.matrix) return;
    const plane = this.planeOf(card.matrix);
    this.drawCells(card.matrix, plane);
    drawOverlay(overlay, frame, plane, card.classNames, app.hover.value, app.selection.value, theme);
  }

  /** Draws the cells anew only when something about them has changed, and not whenever the pointer moves. */
  private drawCells(matrix: ConfusionMatrix, plane: Plane): void {
    const { app, card, frame } = this;
    const theme = themeOf(app);
    const colouring = {
      normalize: app.view.normalize.value,
      scale: app.view.scale.value,
      isErrorsOnly: app.view.isErrorsOnly.value,
      range: app.colourRange.value,
    };
    const drawn = JSON.stringify([plane, frame, colouring, card.colourIndex, app.isDark.value]);
    if (this.drawnMatrix === matrix && this.drawn === drawn) return;
    this.drawnMatrix = matrix;
    this.drawn = drawn;
    const cells = prepareCanvas(this.renderRoot.querySelector("#cells") as HTMLCanvasElement, frame.widthCss, frame.heightCss);
    drawMatrix(cells, frame, plane, matrix, colouring, theme, runColour(theme, card.colourIndex));
  }

  private renderHeader() {
    const { card, app } = this;
    const isAtPlayhead = card.shown === null || card.shown.step === app.playhead.value || card.key?.step === app.playhead.value;
    return html`
      <div class="title" title=${`${card.series.run} · ${card.series.tag}`}>
        <span class="swatch" style=${`background:${runColour(themeOf(app), card.colourIndex)}`}></span>
        <span>${cardTitle(card)}</span>
        ${isAtPlayhead ? null : html`<span class="note">at step ${countText(card.shown?.step ?? 0)}</span>`}
      </div>
      ${card.matrix ? this.renderHeadline(card.matrix) : null}
    `;
  }

  private renderHeadline(matrix: ConfusionMatrix) {
    const { accuracy, accuracyInterval, total } = matrixMetrics(matrix);
    const interval = accuracyInterval ? ` ${intervalText(accuracyInterval)}` : "";
    const unit = matrix.isWeighted ? "weight" : "n";
    return html`<div class="quiet" title="Accuracy with its 95 % Wilson interval, and the number of samples">
      <strong style="color:var(--text)">${percentText(accuracy)}</strong> accuracy${interval} · ${unit} ${countText(total)}${
        this.card.isExact ? null : " (rounded: over 2^53)"
      }
    </div>`;
  }

  private renderActiveCell() {
    const { card, app } = this;
    const cell = app.selection.value;
    if (!card.matrix) return null;
    const says = cell ? cellSentence(card.matrix, app.view.normalize.value, cell, card.classNames) : "Arrow keys walk the cells";
    return html`<div role="row" class="off-screen" aria-rowindex=${rowIndex(cell?.trueClass)}>
      <div role="gridcell" id="active-cell" aria-colindex=${rowIndex(cell?.predClass)} aria-selected=${cell !== null}>${says}</div>
    </div>`;
  }

  private renderBox() {
    const box = this.pointer.box.value;
    return (
      box &&
      html`<div class="box" style=${`left:${box.leftCss}px;top:${box.topCss}px;width:${box.widthCss}px;height:${box.heightCss}px`}></div>`
    );
  }

  private renderMessage() {
    const { card, frame, layout } = this;
    const style = `left:${frame.leftCss}px;top:${frame.topCss}px;width:${layout.sideCss}px;height:${layout.sideCss}px`;
    if (card.error)
      return html`<div class="message" style=${style}>Step ${countText(card.key?.step ?? 0)} can't be shown: ${card.error}</div>`;
    if (card.key === null) return html`<div class="message" style=${style}>${card.series.run} has no matrix up to this step.</div>`;
    return card.matrix ? null : html`<div class="skeleton" style=${style}></div>`;
  }

  private viewportOf(matrix: ConfusionMatrix): Viewport {
    const { app } = this;
    return matrix.numClasses === app.numClasses.value
      ? clamped(app.viewport.value, matrix.numClasses)
      : fullViewport(matrix.numClasses);
  }

  private onKey(event: KeyboardEvent): void {
    const move = ARROWS[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.actions.focusOn(this.card.series);
    this.actions.moveSelection(...move);
  }

  /** The cell under the pointer, told to the whole page. */
  pointAt(cell: Cell | null): void {
    this.app.hover.value = cell && { ...cell, seriesId: seriesId(this.card.series) };
  }
}

const ARROWS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Indices for assistive technology begin at 1. */
function rowIndex(classIndex: number | undefined): number {
  return (classIndex ?? 0) + 1;
}
