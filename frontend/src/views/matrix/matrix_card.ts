import { html } from "lit";
import { prepareCanvas } from "../../draw/canvas";
import { BRACKET_ROOM_CSS, groupBrackets, groupRuns } from "../../draw/matrix/brackets";
import {
  AXIS_TITLE_ROOM_CSS,
  BAR_GAP_CSS,
  BAR_ROOM_CSS,
  type CardLayout,
  cardWidthCss,
  MAP_SIDE_CSS,
  nameRoomCss,
} from "../../draw/matrix/card_layout";
import type { Frame } from "../../draw/matrix/frame";
import { drawMatrix, drawOverlay, matrixSteps } from "../../draw/matrix/heat_map";
import { type Colouring, levelPyramid } from "../../draw/matrix/levels";
import { Plane } from "../../draw/matrix/plane";
import { cellNear } from "../../draw/matrix/snap";
import { type DrawnBand, drawStrips, MIN_STRIP_CELL_CSS } from "../../draw/matrix/strip_map";
import { drawHeader, type Piece } from "../../draw/picture/picture";
import type { Surface } from "../../draw/surface";
import { runColour } from "../../draw/theme";
import { seriesId } from "../../model/listing";
import type { Cell, ConfusionMatrix } from "../../model/matrix";
import type { Orientation } from "../../model/orientation";
import { cellSentence } from "../../model/sentence";
import { type Strips, stripAt } from "../../model/strips";
import { clamped, fullViewport, isFull, type Viewport } from "../../model/viewport";
import type { Card } from "../../state/app_state";
import { countText } from "../../util/number_text";
import { cardHeader, cardHeaderStyles, cardHeaderTexts } from "../card_header";
import { themeOf } from "../current_theme";
import { DrawnElement } from "../drawn_element";
import { cardTitle, hoveredCell } from "../facts";
import { controls } from "../styles";
import { matrixCardStyles } from "./matrix_card_styles";
import { MatrixPointer, type Pointed } from "./matrix_pointer";
import { colourOfSeries, stripsHeader, stripsHeaderTexts } from "./strips_header";

/** One series: its name and accuracy, and its heat map as a grid that a screen reader can walk. */
export class MatrixCard extends DrawnElement {
  static override properties = {
    ...DrawnElement.properties,
    card: { attribute: false },
    layout: { attribute: false },
    column: { type: Number },
    strips: { attribute: false },
  };

  declare card: Card;
  declare layout: CardLayout;
  declare column: number;
  /** The histories that the cells are to show; null: one colour each. */
  declare strips: Strips | null;

  static override styles = [controls, cardHeaderStyles, matrixCardStyles];

  private drawnInputs = "";
  private drawnMatrix: ConfusionMatrix | null = null;
  private drawnStrips: Strips | null = null;
  private readonly pointer = new MatrixPointer(this);

  /** The square of cells within the canvas. */
  get frame(): Frame {
    return {
      leftCss: nameRoomCss(this.layout, this.column),
      topCss: this.layout.nameHeightCss,
      widthCss: cardWidthCss(this.layout, this.column),
      heightCss: this.layout.nameHeightCss + this.layout.sideCss + BAR_ROOM_CSS,
      bracketRoomCss: this.layout.bracketRoomCss,
      hasRowNames: this.column === 0,
    };
  }

  /** The matrix as it lies on the page; null until it has come. */
  get drawn(): ConfusionMatrix | null {
    return this.card.matrix && this.orientation.matrix(this.card.matrix);
  }

  /** What is seen of the drawn matrix. */
  get viewport(): Viewport {
    const numClasses = this.card.matrix?.numClasses ?? 0;
    const { viewport } = this.app;
    return this.orientation.viewport(
      numClasses === this.app.numClasses.value ? clamped(viewport.value, numClasses) : fullViewport(numClasses),
    );
  }

  /** The plane on which the drawn matrix lies. */
  get plane(): Plane {
    return new Plane(this.viewport, this.layout.sideCss, window.devicePixelRatio);
  }

  /** The same where there is room for them. */
  private get shownStrips(): Strips | null {
    const { strips } = this;
    return strips && strips.steps.length > 0 && this.plane.cellSizeCss >= MIN_STRIP_CELL_CSS ? strips : null;
  }

  cellNear(xCss: number, yCss: number): Cell | null {
    const { drawn } = this;
    return drawn && cellNear(levelPyramid(drawn, this.colouring), this.plane, xCss, yCss);
  }

  /** From here on cells and viewports are the drawn matrix's; the rest of the page knows only those of the matrix itself. */
  pointAt(drawn: Pointed | null): void {
    if (drawn === null) {
      this.app.hover.value = null;
      return;
    }
    const { row, column } = drawn;
    const [trueClass, predClass] = this.orientation.isTransposed ? [column, row] : [row, column];
    const strip = this.shownStrips && row !== null && column !== null ? stripAt(this.shownStrips, drawn.across, drawn.down) : null;
    const id = strip?.band.seriesId ?? seriesId(this.card.series);
    this.app.hover.value = { seriesId: id, trueClass, predClass, stripPlace: strip?.place ?? null };
  }

  /** Looks into a cell, of the run whose history is pointed at. */
  toggle(drawnCell: Cell): () => void {
    const pointed = this.app.cards.peek().find((card) => seriesId(card.series) === this.app.hover.peek()?.seriesId);
    return this.actions.toggleSelection(this.orientation.cell(drawnCell), (pointed ?? this.card).series);
  }

  zoomTo(drawnViewport: Viewport | null): void {
    this.actions.zoomTo(drawnViewport && this.orientation.viewport(drawnViewport));
  }

  private get orientation(): Orientation {
    return this.app.orientation.value;
  }

  override render() {
    const { card, layout, frame } = this;
    const style = `width:${frame.widthCss}px;height:${frame.heightCss}px`;
    return html`
      <div class="header" style=${`height:${layout.headerHeightCss}px;padding-left:${frame.leftCss}px;width:${frame.widthCss}px`}>${this.strips ? stripsHeader(this.app, this.shownStrips !== null) : cardHeader(this.app, card)}</div>
      <div class="body">
      <div
        class="grid"
        role="grid"
        tabindex="0"
        aria-label=${`Confusion matrix of ${cardTitle(card)}`}
        aria-rowcount=${card.matrix?.numClasses ?? 0}
        aria-colcount=${card.matrix?.numClasses ?? 0}
        aria-busy=${card.key !== card.shown && card.error === null}
        aria-activedescendant="active-cell"
        style=${style}
        @keydown=${this.onKey}
      >
        <canvas id="cells" aria-hidden="true" style=${style}></canvas>
        <canvas id="overlay" aria-hidden="true" style=${style}></canvas>
        ${this.renderActiveCell()} ${this.renderBox()} ${this.renderMessage()}
      </div>
      ${this.renderBrackets()} ${this.renderMap()}
      </div>
    `;
  }

  protected override firstUpdated(): void {
    this.pointer.listenTo(this.renderRoot.querySelector(".grid") as HTMLElement);
  }

  protected override drawings(): Generator<void, void> | null {
    const { drawn } = this;
    if (drawn) return this.drawingsOf(drawn, this.plane);
    this.clearCells();
    return null;
  }

  private *drawingsOf(drawn: ConfusionMatrix, plane: Plane): Generator<void, void> {
    yield;
    this.drawCells(drawn, plane);
    yield;
    this.drawOverlay(plane);
  }

  /** Panning and zooming don't wait. */
  protected override preparedFrom(): readonly unknown[] {
    const { card } = this;
    return [card.raw, card.arrangement, JSON.stringify(this.colouring), this.orientation.isTransposed];
  }

  /** The matrix as it is arranged, and what is drawn of it. */
  protected override *preparations(): Generator<void, void> {
    const { drawn } = this;
    if (!drawn) return;
    yield;
    yield* matrixSteps(drawn, this.plane, this.colouring, themeOf(this.app));
  }

  private drawnOverlay: unknown[] = [];

  /** Draws names and frames anew only when something about them has changed: a step changes the cells alone. */
  private drawOverlay(plane: Plane): void {
    const { app, card, frame } = this;
    const hover = hoveredCell(app);
    const { groups } = app.arranging;
    const places = JSON.stringify([plane, frame, hover, app.selection.value, this.orientation.isTransposed]);
    const inputs = [places, card.classNames, card.arrangement, groups.value, app.isDark.value];
    if (inputs.every((one, i) => one === this.drawnOverlay[i])) return;
    this.drawnOverlay = inputs;
    this.drawPlace(this.prepare("#overlay"), plane, hover);
  }

  private prepare(selector: string): Surface {
    return prepareCanvas(this.renderRoot.querySelector(selector) as HTMLCanvasElement, this.frame.widthCss, this.frame.heightCss);
  }

  /** The card as it is seen, but for what the pointer is over. */
  piece(leftCss: number, topCss: number): Piece {
    const { app, card, frame, layout } = this;
    const draw = (surface: Surface, pixelRatio: number) => {
      const plane = new Plane(this.viewport, layout.sideCss, pixelRatio);
      const { shownStrips: strips, drawn } = this;
      const texts = strips ? stripsHeaderTexts(app) : cardHeaderTexts(app, card);
      drawHeader(surface, frame.leftCss, frame.widthCss, texts, strips ? null : card.colourIndex, themeOf(app));
      surface.translate(0, layout.headerHeightCss);
      if (drawn) this.drawCellsOn(surface, drawn, plane);
      if (drawn) this.drawPlace(surface, plane, null);
    };
    return { leftCss, topCss, widthCss: frame.widthCss, heightCss: layout.headerHeightCss + frame.heightCss, draw };
  }

  /** The names of the classes, and where somebody is. */
  private drawPlace(surface: Surface, plane: Plane, hovered: Cell | null): void {
    const { app, card, frame, orientation } = this;
    const [hover, selection] = [hovered, app.selection.value].map((cell) => cell && orientation.cell(cell));
    const names = card.classNames;
    // Groups that somebody named: what similar classes would be called says less than their own names.
    const isNamed = app.view.order.value === "group" && card.arrangement === app.arrangement.value;
    const runs = isNamed ? groupRuns(card.arrangement, app.arranging.groups.value) : [];
    drawOverlay(surface, frame, plane, names, hover ?? null, selection ?? null, orientation.isTransposed, runs, themeOf(app));
  }

  /** A message stands in their place. */
  private clearCells(): void {
    this.drawnMatrix = null;
    this.drawnOverlay = [];
    for (const canvas of ["#cells", "#overlay"]) this.prepare(canvas);
  }

  /** Draws the cells anew only when something about them has changed, and not whenever the pointer moves. */
  private drawCells(drawn: ConfusionMatrix, plane: Plane): void {
    const { app, card, frame, shownStrips: strips } = this;
    const inputs = JSON.stringify([
      plane,
      frame,
      this.colouring,
      card.colourIndex,
      app.isDark.value,
      this.orientation.isTransposed,
    ]);
    if (this.drawnMatrix === drawn && this.drawnStrips === strips && this.drawnInputs === inputs) return;
    this.drawnMatrix = drawn;
    this.drawnStrips = strips;
    this.drawnInputs = inputs;
    this.drawCellsOn(this.prepare("#cells"), drawn, plane);
  }

  private get colouring(): Colouring {
    const { view, colourRange } = this.app;
    return {
      normalize: this.orientation.normalize(view.normalize.value),
      scale: view.scale.value,
      isErrorsOnly: view.isErrorsOnly.value,
      range: colourRange.value,
    };
  }

  private drawCellsOn(surface: Surface, drawn: ConfusionMatrix, plane: Plane): void {
    const { app, card, frame, shownStrips: strips, colouring } = this;
    const theme = themeOf(app);
    if (strips) drawStrips(surface, frame, plane, drawn.numClasses, this.drawnBands(strips), colouring, theme);
    else
      drawMatrix(surface, frame, plane, drawn, colouring, theme, runColour(theme, card.colourIndex), this.orientation.isTransposed);
  }

  private drawnBands({ bands }: Strips): DrawnBand[] {
    return bands.map((band) => ({
      matrices: band.matrices.map((matrix) => matrix && this.orientation.matrix(matrix)),
      runColour: colourOfSeries(this.app, band.seriesId),
    }));
  }

  private renderActiveCell() {
    const { card, app } = this;
    const cell = app.selection.value;
    if (!card.matrix) return null;
    const drawnCell = cell && this.orientation.cell(cell);
    const says = cell ? cellSentence(card.matrix, app.view.normalize.value, cell, card.classNames) : "Arrow keys walk the cells";
    return html`<div role="row" class="off-screen" aria-rowindex=${rowIndex(drawnCell?.trueClass)}>
      <div role="gridcell" id="active-cell" aria-colindex=${rowIndex(drawnCell?.predClass)} aria-selected=${cell !== null}>${says}</div>
    </div>`;
  }

  /** Beside the names of the rows; transposed, the rows are predictions, and groups are told by the sidebar alone. */
  private renderBrackets() {
    const { app, card, frame } = this;
    const { arranging } = app;
    const isShown = this.column === 0 && !this.orientation.isTransposed && card.arrangement === app.arrangement.value;
    if (!isShown || card.matrix === null || !arranging.hasGroups.value) return null;
    const brackets = groupBrackets(card.arrangement, arranging.groups.value, arranging.collapsedGroups.value, this.plane);
    return brackets.map(
      (bracket) => html`<button
        class=${bracket.isCollapsed ? "bracket collapsed" : "bracket"}
        style=${`left:${AXIS_TITLE_ROOM_CSS}px;top:${frame.topCss + bracket.topCss}px;height:${bracket.heightCss}px;width:${BRACKET_ROOM_CSS}px`}
        aria-expanded=${!bracket.isCollapsed}
        aria-label=${`Group ${bracket.group.name}`}
        title=${`${bracket.group.name} (${bracket.group.classes.length}): ${bracket.isCollapsed ? "expand" : "collapse"}`}
        @click=${() => this.actions.collapse(bracket.group, !bracket.isCollapsed)}
      ></button>`,
    );
  }

  /** Where more of a matrix is than what is seen. */
  private renderMap() {
    const { app, drawn, frame, layout, viewport } = this;
    if (!drawn || isFull(viewport, drawn.numClasses)) return null;
    const style = `left:${frame.leftCss + layout.sideCss + BAR_GAP_CSS}px;top:${frame.topCss + layout.sideCss + BAR_GAP_CSS}px`;
    return html`<tbc-mini-map
      style=${`${style};width:${MAP_SIDE_CSS}px;height:${MAP_SIDE_CSS}px`}
      .app=${app}
      .matrix=${drawn}
      .colouring=${this.colouring}
      .viewport=${viewport}
      .zoomTo=${(seen: Viewport) => this.zoomTo(seen)}
    ></tbc-mini-map>`;
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

  private onKey(event: KeyboardEvent): void {
    const move = ARROWS[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.actions.focusOn(this.card.series);
    this.actions.moveSelection(...move);
  }
}

const ARROWS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Indices for assistive technology begin at 1. */
function rowIndex(classIndex: number | undefined): number {
  return (classIndex ?? 0) + 1;
}
