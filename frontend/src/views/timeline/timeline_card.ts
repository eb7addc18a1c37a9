import { signal } from "@preact/signals-core";
import { css, html, type PropertyValues } from "lit";
import { prepareCanvas } from "../../draw/canvas";
import { runColour } from "../../draw/theme";
import { type TimeFrame, TimePlane } from "../../draw/time_plane";
import {
  drawForgotten,
  drawOverall,
  drawPlace,
  drawScale,
  drawSteps,
  drawTimelineCells,
  drawTimelineNames,
} from "../../draw/timeline_map";
import { forgottenClasses } from "../../model/forgotten";
import { type Timeline, timelineSentence } from "../../model/timeline";
import type { Card } from "../../state/app_state";
import { themeOf } from "../current_theme";
import { cardTitle } from "../facts";
import { cardHeader } from "../matrix/card_header";
import { SignalElement } from "../signal_element";
import { controls } from "../styles";
import { OVERALL_LABELS, overallText } from "./timeline_words";

const DRAG_FROM_CSS = 5;
/** Below the cells, for the steps. */
const STEPS_ROOM_CSS = 22;

/** One series over its steps: an overall metric as a line, a row a class below it. */
export class TimelineCard extends SignalElement {
  static override properties = {
    ...SignalElement.properties,
    card: { attribute: false },
    timeline: { attribute: false },
    frame: { attribute: false },
    max: { attribute: false },
    overallRange: { attribute: false },
  };

  declare card: Card;
  declare timeline: Timeline;
  declare frame: TimeFrame;
  /** What the colours of all cards run to. */
  declare max: number;
  /** What the lines of all cards run over. */
  declare overallRange: readonly [number, number];

  static override styles = [
    controls,
    css`
      :host {
        display: block;
      }
      .header {
        height: 48px;
        padding-top: 4px;
        white-space: nowrap;
        overflow: hidden;
      }
      .title {
        display: flex;
        align-items: center;
        gap: 8px;
        font-weight: 500;
      }
      .swatch {
        width: 10px;
        height: 10px;
        border-radius: 3px;
        flex: none;
      }
      .note {
        font-weight: 400;
        color: var(--quiet-text);
      }
      strong {
        font-weight: 500;
        color: var(--text);
      }
      .grid {
        position: relative;
        touch-action: none;
        border-radius: 4px;
      }
      canvas {
        position: absolute;
        inset: 0;
      }
    `,
  ];

  /** Columns from and to while they are brushed. */
  private readonly brush = signal<readonly [number, number] | null>(null);
  private pressedAtCss: number | null = null;

  get plane(): TimePlane {
    return new TimePlane(this.frame, this.timeline.steps.length, this.card.arrangement.entries.length);
  }

  private get selectedRow(): number | null {
    return this.app.selection.value?.trueClass ?? null;
  }

  /** The column of the playhead: of the last step that isn't after it. */
  private get playheadColumn(): number | null {
    const column = this.timeline.steps.findLastIndex((step) => step <= (this.app.playhead.value ?? Number.NEGATIVE_INFINITY));
    return column < 0 ? null : column;
  }

  override render() {
    const { card, frame, plane } = this;
    const [widthCss, heightCss] = [frame.leftCss + frame.widthCss + 2, plane.bottomCss + STEPS_ROOM_CSS];
    const style = `width:${widthCss}px;height:${heightCss}px`;
    return html`
      <div class="header" style=${`padding-left:${frame.leftCss}px;width:${widthCss}px`}>${cardHeader(this.app, card)}</div>
      <div
        class="grid"
        role="grid"
        tabindex="0"
        aria-label=${`Timeline of ${cardTitle(card)}`}
        aria-rowcount=${card.arrangement.entries.length}
        aria-colcount=${this.timeline.steps.length}
        aria-activedescendant="active-cell"
        style=${style}
        @pointermove=${this.onMove}
        @pointerdown=${this.onDown}
        @pointerup=${this.onUp}
        @pointercancel=${this.endBrush}
        @pointerleave=${() => {
          this.app.hoverSentence.value = null;
        }}
        @keydown=${this.onKey}
      >
        <canvas id="cells" aria-hidden="true" style=${style}></canvas>
        <canvas id="overlay" aria-hidden="true" style=${style}></canvas>
        <div role="row" class="off-screen" aria-rowindex=${(this.selectedRow ?? 0) + 1}>
          <div role="gridcell" id="active-cell" aria-selected=${this.selectedRow !== null}>${this.activeSentence()}</div>
        </div>
      </div>
    `;
  }

  protected override updated(_: PropertyValues): void {
    const { app, frame, plane } = this;
    const theme = themeOf(app);
    const overlay = this.prepare("#overlay");
    const pointed = this.selectedRow === null ? [] : [this.selectedRow];
    if (frame.leftCss > 20) drawTimelineNames(overlay, plane, this.card.classNames, pointed, theme);
    drawPlace(overlay, plane, this.playheadColumn, this.selectedRow, this.brush.value, theme);
    this.drawCells();
    if (app.view.isForgottenMarked.value) this.drawForgotten(overlay);
  }

  private drawnFor: unknown[] = [];

  /** Only when something about them has changed, and not whenever the playhead moves. */
  private drawCells(): void {
    const { app, frame, plane, timeline, max, card } = this;
    const metric = app.view.overall.value;
    const inputs = [timeline, max, JSON.stringify([frame, this.overallRange]), app.isDark.value, metric, card.colourIndex];
    if (inputs.every((input, i) => input === this.drawnFor[i])) return;
    this.drawnFor = inputs;
    const theme = themeOf(app);
    const context = this.prepare("#cells");
    drawTimelineCells(context, plane, timeline, max, theme);
    const values = timeline.overall.map((metrics) => metrics[metric]);
    const intervals = timeline.overall.map((metrics) => (metric === "accuracy" ? metrics.accuracyInterval : null));
    drawOverall(context, plane, values, intervals, this.overallRange, runColour(theme, card.colourIndex));
    if (frame.leftCss > 20) {
      const [low, high] = this.overallRange;
      drawScale(context, plane, OVERALL_LABELS[metric], overallText(metric, low), overallText(metric, high), theme);
    }
    drawSteps(context, plane, timeline.steps, theme);
  }

  private drawForgotten(context: CanvasRenderingContext2D): void {
    const history = this.app.historyOf(this.card.series);
    if (!history) return;
    for (const { entry, step } of forgottenClasses(history, this.card.arrangement)) {
      const column = this.timeline.steps.indexOf(step);
      if (column >= 0) drawForgotten(context, this.plane, entry, column, themeOf(this.app));
    }
  }

  private prepare(selector: string): CanvasRenderingContext2D {
    const canvas = this.renderRoot.querySelector(selector) as HTMLCanvasElement;
    return prepareCanvas(canvas, this.frame.leftCss + this.frame.widthCss + 2, this.plane.bottomCss + STEPS_ROOM_CSS);
  }

  private sentenceAt(row: number, column: number): string {
    const { card, timeline, app } = this;
    const cell = timeline.cells[column]?.[row];
    const step = timeline.steps[column];
    if (!cell || step === undefined) return "";
    return `${timelineSentence(app.view.classRate.value, card.classNames[row] ?? "", step, cell)} · ${cardTitle(card)}`;
  }

  private activeSentence(): string {
    const [row, column] = [this.selectedRow, this.playheadColumn];
    return row === null || column === null ? "Arrow keys walk classes and steps" : this.sentenceAt(row, column);
  }

  private onMove(event: PointerEvent): void {
    const [xCss, yCss] = offsetOf(event);
    const { plane } = this;
    if (this.pressedAtCss !== null && Math.abs(xCss - this.pressedAtCss) >= DRAG_FROM_CSS) {
      const columns = [plane.columnAt(this.pressedAtCss), plane.columnAt(xCss)].sort((a, b) => a - b);
      this.brush.value = [columns[0] as number, columns[1] as number];
    }
    const cell = plane.cellAt(xCss, yCss);
    this.app.hoverSentence.value = cell ? this.sentenceAt(cell.row, cell.column) : null;
  }

  private onDown(event: PointerEvent): void {
    const [xCss] = offsetOf(event);
    if (event.button !== 0 || xCss < this.frame.leftCss) return;
    this.pressedAtCss = xCss;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  }

  private onUp(event: PointerEvent): void {
    const brush = this.brush.peek();
    if (brush) {
      const [first, last] = brush.map((column) => this.timeline.steps[column] as number);
      this.app.view.stepRange.value = [first as number, last as number];
    } else if (this.pressedAtCss !== null) this.goTo(...offsetOf(event));
    this.endBrush();
  }

  private endBrush(): void {
    this.pressedAtCss = null;
    this.brush.value = null;
  }

  private goTo(xCss: number, yCss: number): void {
    const { plane, timeline } = this;
    const step = timeline.steps[plane.columnAt(xCss)];
    if (step !== undefined) this.actions.goTo(step);
    const cell = plane.cellAt(xCss, yCss);
    if (cell) this.selectRow(cell.row);
  }

  private selectRow(row: number): void {
    this.actions.focusOn(this.card.series);
    this.actions.select({ trueClass: row, predClass: row });
  }

  private onKey(event: KeyboardEvent): void {
    const rowBy = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stepBy = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if ((rowBy === undefined && stepBy === undefined) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (stepBy !== undefined) this.actions.goBy(stepBy);
    if (rowBy === undefined) return;
    const last = this.card.arrangement.entries.length - 1;
    this.selectRow(this.selectedRow === null ? 0 : Math.min(Math.max(this.selectedRow + rowBy, 0), last));
  }
}

function offsetOf(event: PointerEvent): [number, number] {
  const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}
