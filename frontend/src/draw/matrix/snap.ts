import type { Cell } from "../../model/matrix";
import type { Plane } from "./plane";
import type { LevelPyramid } from "./pyramid";

/** Smaller cells can't be pointed at one by one. */
const MIN_POINTED_CELL_CSS = 4;
const RADIUS_CSS = 2;

/** Where cells are too small to be pointed at: the hottest at a point, as its pixels show it; null where all are zero, or cells are large. */
export function cellNear(pyramid: LevelPyramid, plane: Plane, xCss: number, yCss: number): Cell | null {
  if (plane.cellSizeCss >= MIN_POINTED_CELL_CSS) return null;
  const [row, column] = plane.classUnitsAt(xCss, yCss);
  const radius = RADIUS_CSS / plane.cellSizeCss;
  const around = (at: number, [from, to]: [number, number]) =>
    [Math.max(Math.floor(at - radius), from), Math.min(Math.ceil(at + radius), to)] as const;
  const place = pyramid.hottestWithin(around(row, plane.visibleTrue()), around(column, plane.visiblePred()));
  const { trueClasses, predClasses } = pyramid.matrix;
  return place < 0 ? null : { trueClass: trueClasses[place] as number, predClass: predClasses[place] as number };
}
