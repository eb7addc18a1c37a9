import type { Cell, ConfusionMatrix } from "./matrix";
import type { Normalize } from "./normalize";
import type { Viewport } from "./viewport";

/**
 * How a matrix lies on the page: true classes down and predicted ones across, or transposed.
 *
 * A transposed matrix is drawn as the matrix whose true classes are the predicted ones, so that drawing need not know of it. Each of
 * these goes from the page's matrix to the drawn one, and back again.
 */
export class Orientation {
  private readonly drawnMatrices = new WeakMap<ConfusionMatrix, ConfusionMatrix>();

  constructor(readonly isTransposed: boolean) {}

  matrix(matrix: ConfusionMatrix): ConfusionMatrix {
    if (!this.isTransposed) return matrix;
    const drawn = this.drawnMatrices.get(matrix) ?? matrix.transposed();
    this.drawnMatrices.set(matrix, drawn);
    return drawn;
  }

  cell(cell: Cell): Cell {
    return this.isTransposed ? { trueClass: cell.predClass, predClass: cell.trueClass } : cell;
  }

  viewport(viewport: Viewport): Viewport {
    return this.isTransposed ? { ...viewport, firstTrue: viewport.firstPred, firstPred: viewport.firstTrue } : viewport;
  }

  normalize(normalize: Normalize): Normalize {
    if (!this.isTransposed) return normalize;
    return normalize === "true" ? "pred" : normalize === "pred" ? "true" : normalize;
  }
}
