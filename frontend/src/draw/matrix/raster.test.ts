import { beforeAll, describe, expect, it } from "vitest";
import { fullViewport } from "../../model/viewport";
import { matrixOf } from "../../testing/golden";
import { contrast, DARK, DIAGONAL, EMPTY, LIGHT, levelAt, UNDEFINED } from "../theme";
import { levelPyramid, undefinedLines } from "./levels";
import { Plane } from "./plane";
import { paintCells } from "./raster";

beforeAll(() => {
  // Node.js has none.
  globalThis.ImageData = class {
    readonly data: Uint8ClampedArray;
    constructor(
      readonly width: number,
      readonly height: number,
    ) {
      this.data = new Uint8ClampedArray(4 * width * height);
    }
  } as unknown as typeof ImageData;
});

function colourings(isErrorsOnly = false) {
  return { normalize: "counts", scale: "linear", isErrorsOnly, range: { min: 0, max: 100 } } as const;
}

function paint(counts: number[][], plane: Plane, isErrorsOnly = false, normalize: "counts" | "true" = "counts") {
  const matrix = matrixOf(counts);
  const pyramid = levelPyramid(matrix, { ...colourings(isErrorsOnly), normalize });
  const image = paintCells(pyramid, undefinedLines(matrix, normalize), plane, LIGHT);
  const pixels = new Uint32Array(image.data.buffer);
  return (x: number, y: number) => LIGHT.pixels.indexOf(pixels[y * plane.sideDevice + x] as number);
}

describe("paintCells", () => {
  const counts = [
    [100, 0],
    [50, 25],
  ];

  it("puts each cell where the plane says, rows down and columns across", () => {
    const levelOf = paint(counts, new Plane(fullViewport(2), 10, 1));
    expect([levelOf(0, 0), levelOf(7, 1), levelOf(1, 7), levelOf(7, 7)]).toEqual([levelAt(1), EMPTY, levelAt(0.5), levelAt(0.25)]);
  });

  it("sets large cells apart by a line of the background, sharp at any pixel ratio", () => {
    for (const ratio of [1, 1.5, 2]) {
      const plane = new Plane(fullViewport(2), 20, ratio);
      const levelOf = paint([[100, 100], [100, 100]], plane); // biome-ignore format: two rows
      const edge = plane.predEdgeDevice(1);
      expect([levelOf(edge - 1, 0), levelOf(edge, 0), levelOf(0, edge - 1), levelOf(0, edge)]).toEqual([
        EMPTY,
        levelAt(1),
        EMPTY,
        levelAt(1),
      ]);
    }
  });

  it("never loses a hot cell where many share a pixel", () => {
    const numClasses = 200;
    for (const [hotTrue, hotPred] of [
      [0, 0],
      [77, 131],
      [199, 199],
    ] as const) {
      // biome-ignore format: pairs
      const many = Array.from({ length: numClasses }, (_, i) =>
        Array.from({ length: numClasses }, (_, j) => (i === hotTrue && j === hotPred ? 100 : (i + j) % 2)),
      );
      const side = 30;
      const levelOf = paint(many, new Plane(fullViewport(numClasses), side, 1));
      const hot = [];
      for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) if (levelOf(x, y) === levelAt(1)) hot.push([y, x]);
      expect(hot.length).toBeGreaterThanOrEqual(1);
      const [y, x] = hot[0] as [number, number];
      expect(Math.abs(y - (hotTrue / numClasses) * side)).toBeLessThanOrEqual(1);
      expect(Math.abs(x - (hotPred / numClasses) * side)).toBeLessThanOrEqual(1);
    }
  });

  it("shows an error rather than the grey diagonal where they share a pixel", () => {
    const levelOf = paint([[90, 100], [0, 90]], new Plane(fullViewport(2), 1, 1), true); // biome-ignore format: two rows
    expect(levelOf(0, 0)).toBe(levelAt(1));
  });

  it("draws the diagonal grey when only errors are looked at", () => {
    const levelOf = paint(counts, new Plane(fullViewport(2), 10, 1), true);
    expect([levelOf(0, 0), levelOf(7, 7)]).toEqual([DIAGONAL, DIAGONAL]);
  });

  it("draws rows without samples as undefined, not as zero", () => {
    const levelOf = paint([[1, 0], [0, 0]], new Plane(fullViewport(2), 10, 1), false, "true"); // biome-ignore format: two rows
    expect([levelOf(7, 0), levelOf(0, 7), levelOf(7, 7)]).toEqual([EMPTY, UNDEFINED, UNDEFINED]);
  });

  it("draws the viewport alone", () => {
    const levelOf = paint(counts, new Plane({ firstTrue: 1, firstPred: 0, span: 1 }, 6, 1));
    expect([levelOf(0, 0), levelOf(5, 5)]).toEqual([levelAt(0.5), levelAt(0.5)]);
  });

  it("draws nothing of an empty matrix", () => {
    const levelOf = paint([[0]], new Plane(fullViewport(1), 4, 1));
    expect(levelOf(2, 2)).toBe(EMPTY);
  });
});

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
])("%s theme", (_, theme) => {
  it("writes on every colour with a contrast of at least 4.5", () => {
    theme.colours.forEach((colour, level) => {
      expect(contrast(colour, theme.inks[level] as string)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour, theme.quietInks[level] as string)).toBeGreaterThanOrEqual(4.5);
    });
  });

  it("goes away from the background steadily, and even the smallest value isn't the background", () => {
    const contrasts = theme.colours.slice(levelAt(0), levelAt(1) + 1).map((colour) => contrast(colour, theme.background));
    expect(contrasts[0]).toBeGreaterThan(1.05);
    contrasts.slice(1).forEach((one, i) => {
      expect(one).toBeGreaterThanOrEqual((contrasts[i] as number) - 1e-9);
    });
    expect(contrasts.at(-1)).toBeGreaterThan(10);
  });

  it("has no two levels of the same pixel that mean different things", () => {
    const special = [EMPTY, DIAGONAL, UNDEFINED].map((level) => theme.pixels[level]);
    expect(new Set(special).size).toBe(3);
  });
});
