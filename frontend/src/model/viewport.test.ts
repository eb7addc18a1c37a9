import { describe, expect, it } from "vitest";
import { clamped, fullViewport, isFull, panBy, scrollTo, showClass, zoomAround, zoomToBox, zoomToClasses } from "./viewport";

describe("viewport", () => {
  it("zooms around a point that stays where it is", () => {
    const zoomed = zoomAround(fullViewport(100), 0.5, 30, 60, 100);
    expect(zoomed.span).toBe(50);
    // The point lay 30 % down and 60 % across; it still does.
    expect((30 - zoomed.firstTrue) / zoomed.span).toBeCloseTo(0.3, 12);
    expect((60 - zoomed.firstPred) / zoomed.span).toBeCloseTo(0.6, 12);
  });

  it("zooms no further out than the whole, and no closer than two classes", () => {
    expect(zoomAround({ firstTrue: 5, firstPred: 5, span: 4 }, 100, 6, 6, 10)).toEqual(fullViewport(10));
    expect(zoomAround(fullViewport(10), 1e-6, 5, 5, 10).span).toBe(2);
    expect(zoomAround(fullViewport(1), 0.1, 0, 0, 1)).toEqual(fullViewport(1));
  });

  it("stays within the matrix when it pans", () => {
    expect(panBy({ firstTrue: 1, firstPred: 1, span: 4 }, -5, 50, 10)).toEqual({ firstTrue: 0, firstPred: 6, span: 4 });
  });

  it("holds a dragged box whole, whichever corner came first", () => {
    expect(zoomToBox([5.5, 2.2], [3.1, 2.9], 10)).toEqual({ firstTrue: 3, firstPred: 2, span: 3 });
  });

  it("holds the part of a dragged box that lies within the matrix", () => {
    expect(zoomToBox([5.5, 5.5], [-3, -9], 10)).toEqual({ firstTrue: 0, firstPred: 0, span: 6 });
    expect(zoomToBox([5.5, 5.5], [99, 7], 10)).toEqual({ firstTrue: 5, firstPred: 5, span: 5 });
  });

  it("scrolls just far enough", () => {
    const viewport = { firstTrue: 2, firstPred: 2, span: 3 };
    expect(scrollTo(viewport, 3, 3, 10)).toEqual(viewport);
    expect(scrollTo(viewport, 5, 0, 10)).toEqual({ firstTrue: 3, firstPred: 0, span: 3 });
  });

  it("of a link is brought into the matrix", () => {
    expect(clamped({ firstTrue: 99, firstPred: -4, span: 1000 }, 10)).toEqual(fullViewport(10));
    expect(isFull(fullViewport(7), 7)).toBe(true);
  });

  it("shows a group with as much again around it, and no fewer classes than can be read", () => {
    expect(zoomToClasses(100, 139, 1000)).toEqual({ firstTrue: 80, firstPred: 80, span: 80 });
    expect(zoomToClasses(500, 501, 1000).span).toBe(24);
    expect(zoomToClasses(0, 1, 1000)).toEqual({ firstTrue: 0, firstPred: 0, span: 24 });
    expect(zoomToClasses(0, 4, 5)).toEqual(fullViewport(5));
  });

  it("goes nearer to a class that can't be made out, and only moves to one that can", () => {
    expect(showClass(fullViewport(1000), 500, 1000)).toEqual({ firstTrue: 488.5, firstPred: 488.5, span: 24 });
    expect(showClass({ firstTrue: 0, firstPred: 0, span: 30 }, 40, 1000)).toEqual({ firstTrue: 11, firstPred: 11, span: 30 });
  });
});
