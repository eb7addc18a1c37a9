import { css, html } from "lit";
import { prepareCanvas } from "../../draw/canvas";
import { MAP_SIDE_CSS } from "../../draw/matrix/card_layout";
import { type Colouring, levelPyramid, undefinedLines } from "../../draw/matrix/levels";
import { Plane } from "../../draw/matrix/plane";
import { paintCells } from "../../draw/matrix/raster";
import type { ConfusionMatrix } from "../../model/matrix";
import { clamped, fullViewport, type Viewport } from "../../model/viewport";
import { themeOf } from "../current_theme";
import { SignalElement } from "../signal_element";

/** A small part of a large matrix is still marked with this much. */
const MIN_MARK_CSS = 5;

/** The whole matrix in the corner of its card, and in it what is seen: drag it to see another part. */
export class MiniMap extends SignalElement {
  static override properties = {
    ...SignalElement.properties,
    matrix: { attribute: false },
    colouring: { attribute: false },
    viewport: { attribute: false },
    zoomTo: { attribute: false },
  };

  /** As it is drawn. */
  declare matrix: ConfusionMatrix;
  declare colouring: Colouring;
  declare viewport: Viewport;
  declare zoomTo: (viewport: Viewport) => void;

  static override styles = css`
    :host {
      display: block;
      cursor: move;
      touch-action: none;
    }
    canvas {
      display: block;
      width: 100%;
      height: 100%;
    }
  `;

  override render() {
    return html`<canvas
      aria-hidden="true"
      title="The whole matrix, and what is seen of it: drag to move (0: see all)"
      @pointerdown=${this.onPointer}
      @pointermove=${this.onPointer}
    ></canvas>`;
  }

  protected override updated(): void {
    const { matrix, colouring, viewport } = this;
    const theme = themeOf(this.app);
    const context = prepareCanvas(this.renderRoot.querySelector("canvas") as HTMLCanvasElement, MAP_SIDE_CSS, MAP_SIDE_CSS);
    const plane = new Plane(fullViewport(matrix.numClasses), MAP_SIDE_CSS, window.devicePixelRatio);
    const image = paintCells(levelPyramid(matrix, colouring), undefinedLines(matrix, colouring.normalize), plane, theme);
    context.drawPixels(image, 0, 0, MAP_SIDE_CSS, MAP_SIDE_CSS);
    context.strokeStyle = theme.line;
    context.lineWidth = 1;
    context.strokeRect(0.5, 0.5, MAP_SIDE_CSS - 1, MAP_SIDE_CSS - 1);
    const markCss = Math.max(viewport.span * plane.cellSizeCss, MIN_MARK_CSS);
    const startCss = (first: number) =>
      Math.min(Math.max((first + viewport.span / 2) * plane.cellSizeCss - markCss / 2, 1), MAP_SIDE_CSS - markCss - 1);
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    context.strokeRect(startCss(viewport.firstPred), startCss(viewport.firstTrue), markCss, markCss);
  }

  private onPointer(event: PointerEvent): void {
    if (event.buttons !== 1) return;
    const canvas = event.currentTarget as HTMLElement;
    canvas.setPointerCapture(event.pointerId);
    const { left, top } = canvas.getBoundingClientRect();
    const { numClasses } = this.matrix;
    const { span } = this.viewport;
    const first = (offsetCss: number) => (offsetCss / MAP_SIDE_CSS) * numClasses - span / 2;
    const moved = { firstTrue: first(event.clientY - top), firstPred: first(event.clientX - left), span };
    this.zoomTo(clamped(moved, numClasses));
  }
}
