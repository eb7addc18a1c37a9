import { signal } from "@preact/signals-core";
import { css, html } from "lit";
import { prepareCanvas } from "../../draw/canvas";
import { HEADER_HEIGHT_CSS } from "../../draw/matrix/card_layout";
import { drawHeader, type Piece } from "../../draw/picture/picture";
import type { Surface } from "../../draw/surface";
import { runColour, type Theme } from "../../draw/theme";
import { type TimeFrame, TimePlane } from "../../draw/timeline/time_plane";
import { drawOverall, drawScale, drawSteps, drawTimelineNames } from "../../draw/timeline/timeline_axes";
import { drawForgotten, drawPlace, drawTimelineCells, timelineCellsSteps } from "../../draw/timeline/timeline_map";
import { type Forgotten, forgottenSteps } from "../../model/forgotten";
import { isWithin, type OverallLines, type Timeline } from "../../model/timeline";
import { seenCell } from "../../model/timeline_pooling";
import type { Card } from "../../state/app_state";
import { inSlices } from "../../state/in_slices";
import { cardHeader, cardHeaderStyles, cardHeaderTexts } from "../card_header";
import { themeOf } from "../current_theme";
import { DrawnElement } from "../drawn_element";
import { cardTitle } from "../facts";
import { OVERALL_LABELS, overallText } from "../overall_words";
import { controls } from "../styles";
import { brushSentence, classAtStep, forgottenSentence, overallAtStep, progressSentence } from "./timeline_words";

const DRAG_FROM_CSS = 5;
const LARGE_TIMELINE_CELLS = 100_000;
/** Below the cells, for the steps. */
const STEPS_ROOM_CSS = 22;

/** One series over its steps: an overall metric as a line, a row a class below it. */
export class TimelineCard extends DrawnElement {
  static override properties = {
    ...DrawnElement.properties,
    card: { attribute: false },
    timeline: { attribute: false },
    frame: { attribute: false },
    max: { attribute: false },
    overall: { attribute: false },
  };

  declare card: Card;
  declare timeline: Timeline;
  declare frame: TimeFrame;
  /** What the colours of all cards run to. */
  declare max: number;
  /** The metric above the classes, of all cards; null until it is known. */
  declare overall: OverallLines | null;

  static override styles = [
    controls,
    cardHeaderStyles,
    css`
      :host {
        display: block;
      }
      .header {
        height: 48px;
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
      .note {
        position: absolute;
        font-size: 11px;
        line-height: 13px;
        text-align: right;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--quiet-text);
        background: var(--background);
        padding: 0 4px;
        pointer-events: none;
      }
    `,
  ];

  /** Columns from which and to which is brushed, in this order. */
  private readonly brush = signal<readonly [number, number] | null>(null);
  private pressedAtCss: number | null = null;

  get plane(): TimePlane {
    return new TimePlane(this.frame, this.timeline.steps.length, this.card.arrangement.entries.length);
  }

  /** What the signals below go by. */
  private readonly shown = signal<{ readonly card: Card; readonly timeline: Timeline } | null>(null);
  private readonly falls = inSlices(() => {
    const card = this.shown.value?.card;
    const history = card && this.app.view.isForgottenMarked.value ? this.app.historyOf(card.series) : null;
    // Not of a part: a class that is forgotten half-way may be known again at the end.
    return card && history?.isComplete ? ofItsOwn(history, forgottenSteps(history, card.arrangement)) : null;
  });

  protected override isLarge(): boolean {
    return this.timeline.rates.length > LARGE_TIMELINE_CELLS;
  }

  protected override preparedFrom(): readonly unknown[] {
    return [this.timeline, this.max, JSON.stringify(this.frame), themeOf(this.app)];
  }

  protected override preparations(): Generator<void, void> {
    return timelineCellsSteps(this.plane, this.timeline, this.max, themeOf(this.app));
  }

  private get selectedRow(): number | null {
    return this.app.selection.value?.trueClass ?? null;
  }

  /** The column of the playhead: of the last step that isn't after it; null where the steps looked at don't reach to it. */
  private get playheadColumn(): number | null {
    const playhead = this.app.playhead.value;
    if (playhead === null || !isWithin(playhead, this.app.view.stepRange.value)) return null;
    const column = this.timeline.steps.findLastIndex((step) => step <= playhead);
    return column < 0 ? null : column;
  }

  override render() {
    const { card, frame, plane, timeline } = this;
    if (this.shown.peek()?.card !== card || this.shown.peek()?.timeline !== timeline) this.shown.value = { card, timeline };
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
        @keyup=${this.onKeyUp}
        @blur=${this.endBrush}
      >
        <canvas id="cells" aria-hidden="true" style=${style}></canvas>
        <canvas id="overlay" aria-hidden="true" style=${style}></canvas>
        <div role="row" class="off-screen" aria-rowindex=${(this.selectedRow ?? 0) + 1}>
          <div role="gridcell" id="active-cell" aria-colindex=${(this.playheadColumn ?? 0) + 1} aria-selected=${this.selectedRow !== null}>${this.activeSentence()}</div>
        </div>
        ${this.renderNote()}
      </div>
    `;
  }

  /** How far loading has come, and then what is forgotten: also of the marks that are out of sight. */
  private renderNote() {
    const { app, card } = this;
    const { widthCss, chartTopCss, chartHeightCss } = this.frame;
    const isTold = app.view.isForgottenMarked.value;
    const told =
      progressSentence(app.historyOf(card.series), card.series.steps.length) ||
      (isTold ? forgottenSentence(this.timeline, this.forgotten, card.classNames) : "");
    if (told === "") return null;
    return html`<div
      class="note"
      style=${`max-width:${widthCss - 6}px;right:8px;top:${chartTopCss + chartHeightCss + 1}px`}
    >
      ${told}
    </div>`;
  }

  protected override *drawings(): Generator<void, void> {
    yield;
    this.drawOverlay(this.prepare("#overlay"));
    yield;
    this.drawCells();
  }

  /** The card as it is seen. */
  piece(leftCss: number, topCss: number): Piece {
    const { app, card, frame, plane } = this;
    const widthCss = frame.leftCss + frame.widthCss + 2;
    const draw = (surface: Surface) => {
      drawHeader(surface, frame.leftCss, widthCss, cardHeaderTexts(app, card), card.colourIndex, themeOf(app));
      surface.translate(0, HEADER_HEIGHT_CSS);
      this.drawCellsOn(surface);
      this.drawOverlay(surface);
    };
    return { leftCss, topCss, widthCss, heightCss: HEADER_HEIGHT_CSS + plane.bottomCss + STEPS_ROOM_CSS, draw };
  }

  /** The names of the classes, where somebody is, and what is forgotten. */
  private drawOverlay(overlay: Surface): void {
    const { frame, plane } = this;
    const theme = themeOf(this.app);
    const pointed = this.selectedRow === null ? [] : [this.selectedRow];
    if (frame.leftCss > 20) drawTimelineNames(overlay, plane, this.card.classNames, pointed, theme);
    drawPlace(overlay, plane, this.playheadColumn, this.selectedRow, ascending(this.brush.value), theme);
    for (const fall of this.forgotten) {
      // One that fell before the steps that are looked at is marked at the first of them.
      const column = this.timeline.steps.findIndex((step) => step >= fall.step);
      if (column >= 0) drawForgotten(overlay, plane, fall.entry, column, theme);
    }
  }

  private drawnFor: unknown[] = [];

  /** Only when something about them has changed, and not whenever the playhead moves. */
  private drawCells(): void {
    const { app, frame, timeline, max, card, overall } = this;
    const inputs = [timeline, overall, max, JSON.stringify(frame), app.isDark.value, card.colourIndex];
    if (inputs.every((input, i) => input === this.drawnFor[i])) return;
    this.drawnFor = inputs;
    this.drawCellsOn(this.prepare("#cells"));
  }

  private drawCellsOn(context: Surface): void {
    const { app, plane, timeline, max } = this;
    const theme = themeOf(app);
    drawTimelineCells(context, plane, timeline, max, theme);
    if (this.overall) this.drawOverallOn(context, this.overall, theme);
    drawSteps(context, plane, timeline.steps, theme);
  }

  private drawOverallOn(context: Surface, { metric, intervals, range }: OverallLines, theme: Theme): void {
    const { card, frame, plane, timeline } = this;
    const values = timeline.overall.map((metrics) => metrics[metric]);
    drawOverall(context, plane, values, intervals.get(timeline) ?? [], range, runColour(theme, card.colourIndex));
    const [low, high] = range.map((value) => overallText(metric, value)) as [string, string];
    if (frame.leftCss > 20) drawScale(context, plane, OVERALL_LABELS[metric], low, high, theme);
  }

  private get forgotten(): readonly Forgotten[] {
    const falls = this.falls.value;
    return falls?.of === this.app.historyOf(this.card.series) ? falls.result : [];
  }

  private prepare(selector: string): Surface {
    const canvas = this.renderRoot.querySelector(selector) as HTMLCanvasElement;
    return prepareCanvas(canvas, this.frame.leftCss + this.frame.widthCss + 2, this.plane.bottomCss + STEPS_ROOM_CSS);
  }

  private sentenceAt(row: number, column: number): string {
    const { card, timeline } = this;
    const fall = this.forgotten.find((one) => one.entry === row);
    return `${classAtStep(timeline, row, column, card.classNames[row] ?? "", fall)} · ${cardTitle(card)}`;
  }

  private activeSentence(): string {
    const [row, column] = [this.selectedRow, this.playheadColumn];
    return row === null || column === null ? "Arrow keys walk classes and steps" : this.sentenceAt(row, column);
  }

  /** What a point is over: a class at a step, the overall metric at a step, or nothing. */
  private sentenceUnder(xCss: number, yCss: number): string | null {
    const { plane, timeline, frame } = this;
    const cell = this.cellAt(xCss, yCss);
    if (cell) return this.sentenceAt(cell.row, cell.column);
    if (yCss >= frame.topCss || xCss < frame.leftCss || timeline.steps.length === 0) return null;
    return `${overallAtStep(timeline, this.app.view.overall.value, plane.columnAt(xCss))} · ${cardTitle(this.card)}`;
  }

  /** The cell that is seen at a point: where several share its pixel, the one whose rate is drawn. */
  private cellAt(xCss: number, yCss: number): { row: number; column: number } | null {
    const cell = this.plane.cellAt(xCss, yCss);
    if (!cell) return null;
    const { rows, columns } = this.plane.pixelOf(cell.row, cell.column);
    return seenCell(this.timeline, rows, columns);
  }

  private onMove(event: PointerEvent): void {
    const [xCss, yCss] = offsetOf(event);
    if (this.pressedAtCss !== null && Math.abs(xCss - this.pressedAtCss) >= DRAG_FROM_CSS)
      this.brushTo(this.plane.columnAt(this.pressedAtCss), this.plane.columnAt(xCss));
    else if (this.brush.peek() === null) this.app.hoverSentence.value = this.sentenceUnder(xCss, yCss);
  }

  private brushTo(from: number, to: number): void {
    this.brush.value = [from, to];
    this.app.hoverSentence.value = brushSentence(this.timeline, ascending([from, to]) as readonly [number, number]);
  }

  /** Looks at the brushed steps alone. */
  private takeBrush(): void {
    const [from, to] = ascending(this.brush.peek()) ?? [0, 0];
    const [first, last] = [this.timeline.steps[from], this.timeline.steps[to]];
    if (from < to && first !== undefined && last !== undefined) this.app.view.stepRange.value = [first, last];
    this.app.hoverSentence.value = null;
    this.endBrush();
  }

  private onDown(event: PointerEvent): void {
    const [xCss] = offsetOf(event);
    if (event.button !== 0 || xCss < this.frame.leftCss) return;
    this.pressedAtCss = xCss;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  }

  private onUp(event: PointerEvent): void {
    if (this.brush.peek()) this.takeBrush();
    else if (this.pressedAtCss !== null) this.goTo(...offsetOf(event));
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
    const cell = this.cellAt(xCss, yCss);
    if (cell) this.selectRow(cell.row);
  }

  private selectRow(row: number): void {
    this.actions.focusOn(this.card.series);
    this.actions.select({ trueClass: row, predClass: row });
  }

  private onKey(event: KeyboardEvent): void {
    const rowBy = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stepBy = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape" && this.brush.peek()) this.endBrush();
    else if (event.ctrlKey || event.altKey || event.metaKey || (rowBy === undefined && stepBy === undefined)) return;
    else if (stepBy !== undefined && event.shiftKey) this.brushBy(stepBy);
    else if (stepBy !== undefined) this.actions.goBy(stepBy);
    else if (rowBy !== undefined) this.selectRow(this.rowBeside(rowBy));
    event.preventDefault();
    event.stopPropagation();
  }

  /** Letting go of Shift takes what was brushed with it. */
  private onKeyUp(event: KeyboardEvent): void {
    if (event.key === "Shift" && this.pressedAtCss === null && this.brush.peek()) this.takeBrush();
  }

  private brushBy(by: number): void {
    const start = this.playheadColumn ?? 0;
    const [from, to] = this.brush.peek() ?? [start, start];
    this.brushTo(from, Math.min(Math.max(to + by, 0), this.timeline.steps.length - 1));
  }

  private rowBeside(by: number): number {
    const last = this.card.arrangement.entries.length - 1;
    return this.selectedRow === null ? 0 : Math.min(Math.max(this.selectedRow + by, 0), last);
  }
}

function ascending(brush: readonly [number, number] | null): readonly [number, number] | null {
  return brush && brush[0] > brush[1] ? [brush[1], brush[0]] : brush;
}

/** What was worked out with what it is of: until new steps are done the last ones' result stands, which may be another card's. */
function* ofItsOwn<K, T>(of: K, steps: Generator<void, T>): Generator<void, { readonly of: K; readonly result: T }> {
  return { of, result: yield* steps };
}

function offsetOf(event: PointerEvent): [number, number] {
  const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}
