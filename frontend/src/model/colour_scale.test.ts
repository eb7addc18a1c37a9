import { describe, expect, it } from "vitest";
import { matrixOf } from "../testing/golden";
import { colourRange, positionsIn } from "./colour_scale";

const MATRIX = matrixOf([
  [90, 10],
  [1, 4],
]);

describe("colourRange", () => {
  it("is from zero to the largest value of all matrices", () => {
    expect(colourRange([MATRIX, matrixOf([[200]])], "counts", "linear", false)).toEqual({ min: 0, max: 200 });
    expect(colourRange([MATRIX], "true", "linear", false)).toEqual({ min: 0, max: 0.9 });
  });

  it("begins at the smallest value that isn't zero when it is logarithmic", () => {
    expect(colourRange([MATRIX], "counts", "log", false)).toEqual({ min: 1, max: 90 });
  });

  it("leaves the diagonal out when only errors are looked at", () => {
    expect(colourRange([MATRIX], "counts", "linear", true)).toEqual({ min: 0, max: 10 });
  });

  it("is empty without cells", () => {
    expect(colourRange([], "counts", "log", false)).toEqual({ min: 0, max: 0 });
    expect(colourRange([matrixOf([[0]])], "true", "log", false)).toEqual({ min: 0, max: 0 });
  });
});

describe("positionsIn", () => {
  it("is linear or logarithmic between the ends", () => {
    expect(positionsIn({ min: 0, max: 50 }, "linear")(10)).toBe(0.2);
    expect(positionsIn({ min: 1, max: 10_000 }, "log")(100)).toBeCloseTo(0.5, 12);
  });

  it("is the top where there is but one value", () => {
    expect(positionsIn({ min: 7, max: 7 }, "log")(7)).toBe(1);
  });

  it("stays within the range", () => {
    expect(positionsIn({ min: 0, max: 1 }, "linear")(3)).toBe(1);
  });
});
