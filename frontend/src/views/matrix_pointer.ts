import { signal } from "@preact/signals-core";
import type { Frame } from "../draw/heat_map";
import type { Plane } from "../draw/plane";
import type { Cell, ConfusionMatrix } from "../model/matrix";
import { isInside } from "../model/matrix";
import { isFull, panBy, type Viewport, zoomAround, zoomToBox } from "../model/viewport";
import type { Actions } from "../state/actions";
import type { AppState, Card } from "../state/app_state";

/** What the pointer needs of its card. */
interface Host {
  readonly app: AppState;
  readonly actions: Actions;
  readonly card: Card;
  readonly frame: Frame;
  planeOf(matrix: ConfusionMatrix): Plane;
  pointAt(cell: Cell | null): void;
}

interface Box {
  readonly leftCss: number;
  readonly topCss: number;
  readonly widthCss: number;
  readonly heightCss: number;
}

interface Drag {
  readonly xCss: number;
  readonly yCss: number;
  readonly viewport: Viewport;
  readonly isPan: boolean;
  hasMoved: boolean;
}

const DRAG_FROM_CSS = 4;
/** One notch of a wheel, 100 CSS pixels, zooms by a quarter. */
const ZOOM_PER_WHEEL_CSS = 0.0022;

/** Mouse and touch on one heat map: point, click to select, wheel to zoom, drag to zoom into a box or, when zoomed, to pan. */
export class MatrixPointer {
  /** The box that is being dragged. */
  readonly box = signal<Box | null>(null);
  private drag: Drag | null = null;

  constructor(private readonly host: Host) {}

  /** Listens for as long as the element lives: they go together. */
  listenTo(element: HTMLElement): void {
    element.addEventListener("pointermove", (event) => this.onMove(event));
    element.addEventListener("pointerdown", (event) => this.onDown(event));
    element.addEventListener("pointerup", (event) => this.onUp(event));
    element.addEventListener("pointercancel", () => this.endDrag());
    element.addEventListener("pointerleave", () => this.host.pointAt(null));
    element.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    element.addEventListener("dblclick", () => this.host.actions.zoomTo(null));
  }

  private onMove(event: PointerEvent): void {
    const { card } = this.host;
    if (!card.matrix) return;
    if (this.drag) this.onDrag(event, card.matrix, this.drag);
    else this.host.pointAt(this.cellAt(event, card.matrix));
  }

  private onDown(event: PointerEvent): void {
    const { card, app } = this.host;
    if (event.button !== 0 || !card.matrix || !this.cellAt(event, card.matrix)) return;
    const [xCss, yCss] = this.offsetOf(event);
    const isPan = !event.shiftKey && !isFull(app.viewport.peek(), card.matrix.numClasses);
    this.drag = { xCss, yCss, viewport: app.viewport.peek(), isPan, hasMoved: false };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  }

  private onDrag(event: PointerEvent, matrix: ConfusionMatrix, drag: Drag): void {
    const [xCss, yCss] = this.offsetOf(event);
    if (!drag.hasMoved && Math.hypot(xCss - drag.xCss, yCss - drag.yCss) < DRAG_FROM_CSS) return;
    drag.hasMoved = true;
    this.host.pointAt(null);
    if (drag.isPan) {
      const { cellSizeCss } = this.host.planeOf(matrix);
      this.host.actions.zoomTo(
        panBy(drag.viewport, (drag.yCss - yCss) / cellSizeCss, (drag.xCss - xCss) / cellSizeCss, matrix.numClasses),
      );
    } else {
      const { leftCss, topCss } = this.host.frame;
      this.box.value = {
        leftCss: leftCss + Math.min(xCss, drag.xCss),
        topCss: topCss + Math.min(yCss, drag.yCss),
        widthCss: Math.abs(xCss - drag.xCss),
        heightCss: Math.abs(yCss - drag.yCss),
      };
    }
  }

  private onUp(event: PointerEvent): void {
    const { card, actions } = this.host;
    const drag = this.drag;
    this.endDrag();
    if (!drag || !card.matrix) return;
    if (!drag.hasMoved) {
      const cell = this.cellAt(event, card.matrix);
      if (cell) actions.toggleSelection(cell, card.series);
    } else if (!drag.isPan) {
      const plane = this.host.planeOf(card.matrix);
      const corners = [plane.classUnitsAt(drag.xCss, drag.yCss), plane.classUnitsAt(...this.offsetOf(event))] as const;
      actions.zoomTo(zoomToBox(...corners, card.matrix.numClasses));
    }
  }

  private endDrag(): void {
    this.drag = null;
    this.box.value = null;
  }

  private onWheel(event: WheelEvent): void {
    const { card, app, actions } = this.host;
    if (!card.matrix || !this.cellAt(event, card.matrix)) return;
    event.preventDefault();
    const [atTrue, atPred] = this.host.planeOf(card.matrix).classUnitsAt(...this.offsetOf(event));
    const factor = Math.exp(event.deltaY * ZOOM_PER_WHEEL_CSS);
    actions.zoomTo(zoomAround(app.viewport.peek(), factor, atTrue, atPred, card.matrix.numClasses));
  }

  private cellAt(event: MouseEvent, matrix: ConfusionMatrix): Cell | null {
    const [xCss, yCss] = this.offsetOf(event);
    const plane = this.host.planeOf(matrix);
    if (Math.min(xCss, yCss) < 0 || Math.max(xCss, yCss) >= plane.sideCss) return null;
    const [atTrue, atPred] = plane.classUnitsAt(xCss, yCss);
    const cell = { trueClass: Math.floor(atTrue), predClass: Math.floor(atPred) };
    return isInside(cell, matrix.numClasses) ? cell : null;
  }

  /** From the top left of the square of cells. */
  private offsetOf(event: MouseEvent): [number, number] {
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return [event.clientX - left - this.host.frame.leftCss, event.clientY - top - this.host.frame.topCss];
  }
}
