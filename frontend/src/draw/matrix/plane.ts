import type { Viewport } from "../../model/viewport";

/**
 * The square on which a matrix is drawn. Three coordinate systems meet here and nowhere else: class units (0 to K), CSS pixels
 * within the square (suffix Css) and device pixels within it (suffix Device).
 */
export class Plane {
  readonly cellSizeCss: number;
  readonly sideDevice: number;
  readonly cellSizeDevice: number;

  constructor(
    readonly viewport: Viewport,
    readonly sideCss: number,
    readonly pixelRatio: number,
  ) {
    this.cellSizeCss = sideCss / viewport.span;
    this.sideDevice = Math.round(sideCss * pixelRatio);
    this.cellSizeDevice = this.sideDevice / viewport.span;
  }

  /** The classes seen at least in part, [from, to). */
  visibleTrue(): [number, number] {
    return visible(this.viewport.firstTrue, this.viewport.span);
  }

  visiblePred(): [number, number] {
    return visible(this.viewport.firstPred, this.viewport.span);
  }

  /** Where a row begins: a whole device pixel, so that edges are sharp. May lie outside of the square. */
  trueEdgeDevice(trueClass: number): number {
    return Math.round((trueClass - this.viewport.firstTrue) * this.cellSizeDevice);
  }

  predEdgeDevice(predClass: number): number {
    return Math.round((predClass - this.viewport.firstPred) * this.cellSizeDevice);
  }

  /** The same in CSS pixels, not rounded. */
  trueCss(trueClass: number): number {
    return (trueClass - this.viewport.firstTrue) * this.cellSizeCss;
  }

  predCss(predClass: number): number {
    return (predClass - this.viewport.firstPred) * this.cellSizeCss;
  }

  /** A point in class units: [true, pred]. */
  classUnitsAt(xCss: number, yCss: number): [number, number] {
    return [this.viewport.firstTrue + yCss / this.cellSizeCss, this.viewport.firstPred + xCss / this.cellSizeCss];
  }
}

function visible(first: number, span: number): [number, number] {
  return [Math.floor(first), Math.ceil(first + span - 1e-9)];
}
