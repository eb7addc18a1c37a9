import { describe, expect, it } from "vitest";
import { type TimeFrame, TimePlane } from "./time_plane";
import { layoutTimelines, timeFrame } from "./timeline_layout";

const FRAME: TimeFrame = { leftCss: 80, widthCss: 300, chartTopCss: 6, chartHeightCss: 76, topCss: 96, rowHeightCss: 20 };

describe("layoutTimelines", () => {
  it("fills the width with the cards, with names on the left of the first", () => {
    for (const areaWidthCss of [474, 766, 2000]) {
      for (const numCards of [1, 2, 3, 20]) {
        const layout = layoutTimelines(areaWidthCss, 480, numCards, 10, 50);
        const frames = Array.from({ length: layout.numColumns }, (_, column) => timeFrame(layout, column));
        expect(layout.numColumns).toBeLessThanOrEqual(numCards);
        const takenCss = frames.reduce((sum, frame) => sum + frame.leftCss + frame.widthCss, 0);
        expect(takenCss).toBeLessThanOrEqual(areaWidthCss);
      }
    }
  });

  it("gives rows the height that fits, from comfortable to thin, and lets the page scroll below", () => {
    const rowHeightCss = (numRows: number) => layoutTimelines(766, 480, 2, numRows, 50).rowHeightCss;
    expect(rowHeightCss(2)).toBe(30);
    expect(rowHeightCss(100)).toBe(3);
    expect(rowHeightCss(700)).toBe(3);
  });

  it("lets rows share pixels rather than make a canvas of any height", () => {
    for (const numRows of [1000, 21_841]) {
      const layout = layoutTimelines(766, 480, 2, numRows, 50);
      expect(numRows * layout.rowHeightCss).toBeLessThanOrEqual(2400);
    }
  });
});

describe("TimePlane", () => {
  it("finds the cell that it drew at a point", () => {
    const plane = new TimePlane(FRAME, 6, 10);
    for (const [row, column] of [
      [0, 0],
      [9, 5],
      [4, 2],
    ] as const)
      expect(plane.cellAt(plane.columnCss(column + 0.5), plane.rowCss(row + 0.5))).toEqual({ row, column });
  });

  it("has no cell beside, above or below its own, nor without steps", () => {
    const plane = new TimePlane(FRAME, 6, 10);
    for (const point of [
      [79, 100],
      [380, 100],
      [100, 95],
      [100, 296],
    ] as const)
      expect(plane.cellAt(point[0], point[1])).toBeNull();
    expect(new TimePlane(FRAME, 0, 10).cellAt(100, 100)).toBeNull();
  });

  it("knows which rows share a pixel, each row in one", () => {
    const plane = new TimePlane({ ...FRAME, rowHeightCss: 0.3 }, 6, 1000);
    let next = 0;
    while (next < 1000) {
      const { rows } = plane.pixelOf(next, 0);
      expect(rows[0]).toBe(next);
      expect(rows[1]).toBeGreaterThan(next);
      next = rows[1];
    }
    expect(plane.pixelOf(500, 3).columns).toEqual([3, 4]);
  });
});
