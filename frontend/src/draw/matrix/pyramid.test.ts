import { describe, expect, it } from "vitest";
import { ConfusionMatrix } from "../../model/matrix";
import { matrixOf } from "../../testing/golden";
import { DIAGONAL, HEATS } from "../theme";
import { LevelPyramid } from "./pyramid";

/** A matrix whose cells have the levels given, and its pyramid. */
function pyramidOf(levels: number[][]): LevelPyramid {
  const matrix = matrixOf(levels);
  return new LevelPyramid(matrix, Uint8Array.from(matrix.cellCounts));
}

/** Levels by [row][column]; 0 where there is no cell. */
function dense(pyramid: LevelPyramid, cellSizeDevice: number): number[][] {
  const { rowStarts, columns, levels } = pyramid.gridFor(cellSizeDevice);
  return Array.from({ length: rowStarts.length - 1 }, (_, row) => {
    const line = new Array<number>(rowStarts.length - 1).fill(0);
    for (let cell = rowStarts[row] as number; cell < (rowStarts[row + 1] as number); cell++)
      line[columns[cell] as number] = levels[cell] as number;
    return line;
  });
}

function random(size: number, share: number): number[][] {
  let seed = 1;
  const next = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  return Array.from({ length: size }, () =>
    Array.from({ length: size }, () => (next() < share ? 1 + Math.floor(next() * 254) : 0)),
  );
}

describe("LevelPyramid", () => {
  it.each([1, 2, 3, 7, 16, 33])("shows the hottest cell of each block, of %i classes", (size) => {
    for (const share of [0, 0.02, 0.3, 1]) {
      const levels = random(size, share);
      for (const [cellSize, block] of [
        [1, 1],
        [0.6, 1],
        [0.5, 2],
        [0.25, 4],
        [0.1, 8],
      ] as const) {
        const pooled = dense(pyramidOf(levels), cellSize);
        expect(pooled).toHaveLength(Math.ceil(size / block));
        pooled.forEach((line, row) => {
          line.forEach((level, column) => {
            const inside = levels
              .slice(row * block, (row + 1) * block)
              .flatMap((one) => one.slice(column * block, (column + 1) * block));
            expect(HEATS[level]).toBe(Math.max(...inside.map((one) => HEATS[one] as number)));
          });
        });
      }
    }
  });

  it("keeps an error before the grey diagonal", () => {
    expect(dense(pyramidOf([[DIAGONAL, 1], [0, DIAGONAL]]), 0.5)).toEqual([[1]]); // biome-ignore format: two rows
  });

  it("has no more cells than blocks, however many the matrix has", () => {
    expect(pyramidOf(random(64, 1)).gridFor(1 / 8).columns.length).toBe(64);
  });

  it("finds the hottest cell of an area, and that there is none", () => {
    const pyramid = pyramidOf([[9, 0, 5], [0, 0, 0], [200, 0, 7]]); // biome-ignore format: three rows
    const cellAt = (rows: [number, number], columns: [number, number]) => {
      const place = pyramid.hottestWithin(rows, columns);
      return place < 0 ? null : [pyramid.matrix.trueClasses[place], pyramid.matrix.predClasses[place]];
    };
    expect(cellAt([0, 3], [0, 3])).toEqual([2, 0]);
    expect(cellAt([-5, 2], [-5, 9])).toEqual([0, 0]);
    expect(cellAt([0, 3], [1, 3])).toEqual([2, 2]);
    expect(cellAt([1, 2], [0, 3])).toBeNull();
  });

  it("is empty of an empty matrix", () => {
    const none = new ConfusionMatrix(5, new Uint32Array(0), new Uint32Array(0), new Float64Array(0), false);
    expect(new LevelPyramid(none, new Uint8Array(0)).gridFor(0.25).columns).toHaveLength(0);
  });
});
