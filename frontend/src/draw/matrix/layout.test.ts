import { describe, expect, it } from "vitest";
import { fullViewport } from "../../model/viewport";
import { stepMarks } from "../step_marks";
import { CARD_GAP_CSS, cardWidthCss, layoutCards } from "./card_layout";
import { labelledClasses } from "./labels";
import { Plane } from "./plane";

describe("layoutCards", () => {
  it.each([1, 2, 3, 4, 9])("fits %i cards into the width", (numCards) => {
    for (const width of [480, 746, 1000, 2000]) {
      const layout = layoutCards(width, 480, numCards, 60);
      const widths = Array.from({ length: layout.numColumns }, (_, column) => cardWidthCss(layout, column));
      expect(widths.reduce((sum, one) => sum + one, 0) + (layout.numColumns - 1) * CARD_GAP_CSS).toBeLessThanOrEqual(width + 1);
    }
  });

  it("puts two cards side by side in a wide window", () => {
    expect(layoutCards(746, 480, 2, 60).numColumns).toBe(2);
  });

  it("gives one card all the height", () => {
    const layout = layoutCards(1500, 700, 1, 60);
    expect(layout.sideCss).toBeGreaterThan(450);
  });

  it("stays usable in a tiny window", () => {
    expect(layoutCards(200, 100, 4, 500).sideCss).toBeGreaterThanOrEqual(120);
  });
});

describe("labelledClasses", () => {
  it("names each class where there is room", () => {
    expect(labelledClasses(0, 4, 20, [], 12)).toEqual([0, 1, 2, 3]);
  });

  it("leaves out regularly where there isn't, so that none touch", () => {
    expect(labelledClasses(0, 100, 3, [], 12)).toEqual(Array.from({ length: 20 }, (_, i) => 5 * i));
  });

  it("names what is pointed at and leaves out what would touch it", () => {
    expect(labelledClasses(0, 20, 6, [3], 12)).toEqual(
      [0, 3, 6, 8, 10, 12, 14, 16, 18].filter((one) => one === 3 || Math.abs(one - 3) * 6 >= 12),
    );
  });

  it("passes over what is pointed at but not seen", () => {
    expect(labelledClasses(0, 2, 20, [7], 12)).toEqual([0, 1]);
  });
});

describe("Plane", () => {
  it("finds the class under a point where it draws it", () => {
    const plane = new Plane({ firstTrue: 2.5, firstPred: 0, span: 5 }, 100, 2);
    const [atTrue, atPred] = plane.classUnitsAt(plane.predCss(3.5), plane.trueCss(4.5));
    expect([atTrue, atPred]).toEqual([4.5, 3.5]);
  });

  it("covers the square with whole device pixels", () => {
    const plane = new Plane(fullViewport(7), 100, 1.5);
    expect([plane.predEdgeDevice(0), plane.predEdgeDevice(7)]).toEqual([0, 150]);
    expect(plane.visiblePred()).toEqual([0, 7]);
  });
});

describe("stepMarks", () => {
  it("lie where the slider's knob stops", () => {
    expect(stepMarks([0, 5, 10])).toEqual([
      "calc(7px + 0 * (100% - 14px))",
      "calc(7px + 0.5 * (100% - 14px))",
      "calc(7px + 1 * (100% - 14px))",
    ]);
  });

  it("are left out for one step, and where they would run together", () => {
    expect(stepMarks([3])).toEqual([]);
    expect(stepMarks(Array.from({ length: 1000 }, (_, i) => i))).toEqual([]);
  });
});
