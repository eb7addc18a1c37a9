import { signal } from "@preact/signals-core";
import type { Frame } from "../../draw/matrix/frame";
import type { Plane } from "../../draw/matrix/plane";
import type { Cell, ConfusionMatrix } from "../../model/matrix";
import { isFull, panBy, type Viewport, zoomAround, zoomToBox } from "../../model/viewport";

/** A drawn cell; with null for the other, the name or bar of a row or of a column. */
export interface Pointed {
  readonly row: number | null;
  readonly column: number | null;
  /** Where within its cell, as shares of the cell's width and height. */
  readonly across: number;
  readonly down: number;
}

/** What the pointer needs of its card. Cells and viewports are those of the matrix as it is drawn. */
interface Host {
  readonly frame: Frame;
  readonly drawn: ConfusionMatrix | null;
  readonly viewport: Viewport;
  readonly plane: Plane;
  /** The hottest cell at a point where cells are too small to be pointed at. */
  cellNear(xCss: number, yCss: number): Cell | null;
  pointAt(pointed: Pointed | null): void;
  /** Returns how to undo it. */
  toggle(cell: Cell): () => void;
  zoomTo(viewport: Viewport | null): void;
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
/** A pinch on a trackpad comes as a wheel with Ctrl, some pixels at a time. */
const ZOOM_PER_PINCH_CSS = 0.01;

/** Mouse and touch on one heat map: point, click to select, wheel or pinch to zoom, drag to zoom into a box or, when zoomed, to pan. */
export class MatrixPointer {
  /** The box that is being dragged. */
  readonly box = signal<Box | null>(null);
  private drag: Drag | null = null;
  /** Where fingers are, by pointer. */
  private readonly fingers = new Map<number, readonly [xCss: number, yCss: number]>();
  private hasDragged = false;
  private undoClick: (() => void) | null = null;

  constructor(private readonly host: Host) {}

  /** Listens for as long as the element lives: they go together. */
  listenTo(element: HTMLElement): void {
    element.addEventListener("pointermove", (event) => this.onMove(event));
    element.addEventListener("pointerdown", (event) => this.onDown(event));
    element.addEventListener("pointerup", (event) => this.onUp(event));
    element.addEventListener("click", (event) => this.onClick(event));
    element.addEventListener("pointercancel", (event) => {
      this.fingers.delete(event.pointerId);
      this.endDrag();
    });
    element.addEventListener("pointerleave", () => this.host.pointAt(null));
    element.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    element.addEventListener("dblclick", () => {
      // Its first click has selected something, which wasn't meant.
      this.undoClick?.();
      this.host.zoomTo(null);
    });
  }

  private onMove(event: PointerEvent): void {
    const { drawn } = this.host;
    if (!drawn) return;
    if (this.fingers.has(event.pointerId) && this.fingers.size === 2) this.onPinch(event, drawn);
    else if (this.drag) this.onDrag(event, drawn, this.drag);
    else this.host.pointAt(this.pointedAt(event, drawn));
  }

  private onDown(event: PointerEvent): void {
    const { drawn, viewport } = this.host;
    if (event.button !== 0 || !drawn || !this.cellAt(event, drawn)) return;
    const [xCss, yCss] = this.offsetOf(event);
    if (event.pointerType === "touch") this.fingers.set(event.pointerId, [xCss, yCss]);
    if (this.fingers.size > 1) {
      this.endDrag();
      this.hasDragged = true;
      return;
    }
    this.drag = { xCss, yCss, viewport, isPan: !event.shiftKey && !isFull(viewport, drawn.numClasses), hasMoved: false };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  }

  private onDrag(event: PointerEvent, drawn: ConfusionMatrix, drag: Drag): void {
    const [xCss, yCss] = this.offsetOf(event);
    if (!drag.hasMoved && Math.hypot(xCss - drag.xCss, yCss - drag.yCss) < DRAG_FROM_CSS) return;
    drag.hasMoved = true;
    this.host.pointAt(null);
    if (drag.isPan) {
      const { cellSizeCss } = this.host.plane;
      this.host.zoomTo(panBy(drag.viewport, (drag.yCss - yCss) / cellSizeCss, (drag.xCss - xCss) / cellSizeCss, drawn.numClasses));
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

  /** What is between two fingers stays between them. */
  private onPinch(event: PointerEvent, drawn: ConfusionMatrix): void {
    const before = [...this.fingers.values()] as [readonly [number, number], readonly [number, number]];
    this.fingers.set(event.pointerId, this.offsetOf(event));
    const now = [...this.fingers.values()] as typeof before;
    const apart = ([a, b]: typeof before) => Math.max(Math.hypot(a[0] - b[0], a[1] - b[1]), 1);
    const middle = ([a, b]: typeof before) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as const;
    const { plane, viewport } = this.host;
    const [atTrue, atPred] = plane.classUnitsAt(...middle(before));
    const [toTrue, toPred] = plane.classUnitsAt(...middle(now));
    const panned = panBy(viewport, atTrue - toTrue, atPred - toPred, drawn.numClasses);
    this.host.pointAt(null);
    this.host.zoomTo(zoomAround(panned, apart(before) / apart(now), atTrue, atPred, drawn.numClasses));
  }

  private onUp(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    const { drawn, plane } = this.host;
    const drag = this.drag;
    this.endDrag();
    this.hasDragged = drag?.hasMoved ?? false;
    if (drag && drawn && drag.hasMoved && !drag.isPan) {
      const corners = [plane.classUnitsAt(drag.xCss, drag.yCss), plane.classUnitsAt(...this.offsetOf(event))] as const;
      this.host.zoomTo(zoomToBox(...corners, drawn.numClasses));
    }
  }

  /** A drag ends with a click too, and a double click has two. */
  private onClick(event: MouseEvent): void {
    const { drawn } = this.host;
    const cell = drawn && this.cellAt(event, drawn);
    if (cell && !this.hasDragged && event.detail < 2) this.undoClick = this.host.toggle(cell);
  }

  private endDrag(): void {
    this.drag = null;
    this.box.value = null;
  }

  private onWheel(event: WheelEvent): void {
    const { drawn, plane, viewport } = this.host;
    if (!drawn || !this.cellAt(event, drawn)) return;
    event.preventDefault();
    const [atTrue, atPred] = plane.classUnitsAt(...this.offsetOf(event));
    this.host.zoomTo(
      zoomAround(
        viewport,
        Math.exp(event.deltaY * (event.ctrlKey ? ZOOM_PER_PINCH_CSS : ZOOM_PER_WHEEL_CSS)),
        atTrue,
        atPred,
        drawn.numClasses,
      ),
    );
  }

  private cellAt(event: MouseEvent, drawn: ConfusionMatrix): Cell | null {
    const { row, column } = this.pointedAt(event, drawn) ?? { row: null, column: null };
    return row === null || column === null ? null : { trueClass: row, predClass: column };
  }

  private pointedAt(event: MouseEvent, drawn: ConfusionMatrix): Pointed | null {
    const [xCss, yCss] = this.offsetOf(event);
    const { plane } = this.host;
    const [atRow, atColumn] = plane.classUnitsAt(xCss, yCss);
    const within = (offsetCss: number, at: number) =>
      offsetCss >= 0 && offsetCss < plane.sideCss ? Math.min(Math.floor(at), drawn.numClasses - 1) : null;
    const pointed = { row: within(yCss, atRow), column: within(xCss, atColumn), across: atColumn % 1, down: atRow % 1 };
    const near = pointed.row === null || pointed.column === null ? null : this.host.cellNear(xCss, yCss);
    if (near) return { ...pointed, row: near.trueClass, column: near.predClass };
    return pointed.row === null && pointed.column === null ? null : pointed;
  }

  /** From the top left of the square of cells. */
  private offsetOf(event: MouseEvent): [number, number] {
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return [event.clientX - left - this.host.frame.leftCss, event.clientY - top - this.host.frame.topCss];
  }
}
