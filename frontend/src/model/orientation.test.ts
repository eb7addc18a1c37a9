import { describe, expect, it } from "vitest";
import { matrixOf } from "../testing/golden";
import { NORMALIZATIONS, valueAt } from "./normalize";
import { Orientation } from "./orientation";

const MATRIX = matrixOf([
  [5, 0, 1],
  [2, 0, 0],
  [4, 3, 7],
]);

describe("Orientation", () => {
  it("draws each cell's value at the transposed place, however it is normalized", () => {
    const orientation = new Orientation(true);
    const drawn = orientation.matrix(MATRIX);
    for (const normalize of NORMALIZATIONS) {
      for (let trueClass = 0; trueClass < 3; trueClass++) {
        for (let predClass = 0; predClass < 3; predClass++) {
          const cell = { trueClass, predClass };
          expect(valueAt(drawn, orientation.normalize(normalize), orientation.cell(cell))).toEqual(
            valueAt(MATRIX, normalize, cell),
          );
        }
      }
    }
  });

  it("goes back as it came", () => {
    const orientation = new Orientation(true);
    const viewport = { firstTrue: 1, firstPred: 0, span: 2 };
    expect(orientation.viewport(orientation.viewport(viewport))).toEqual(viewport);
    expect(orientation.cell(orientation.cell({ trueClass: 2, predClass: 1 }))).toEqual({ trueClass: 2, predClass: 1 });
  });

  it("gives the same drawn matrix for the same matrix, so that it is drawn once", () => {
    const orientation = new Orientation(true);
    expect(orientation.matrix(MATRIX)).toBe(orientation.matrix(MATRIX));
  });

  it("leaves all as it is where it isn't transposed", () => {
    expect(new Orientation(false).matrix(MATRIX)).toBe(MATRIX);
    expect(new Orientation(false).normalize("true")).toBe("true");
  });
});
