import { describe, expect, it } from "vitest";
import { ConfusionMatrix } from "../../model/matrix";
import { fullViewport } from "../../model/viewport";
import { Plane } from "./plane";
import { LevelPyramid } from "./pyramid";
import { cellNear } from "./snap";

/** One hot cell among many cold ones, 20 classes a pixel. */
function planted(): LevelPyramid {
  const rows = Uint32Array.from({ length: 2000 }, (_, i) => i);
  const columns = rows.map((i) => (i === 777 ? 1234 : i));
  const matrix = new ConfusionMatrix(2000, rows, columns, new Float64Array(2000).fill(1), false);
  return new LevelPyramid(
    matrix,
    Uint8Array.from(rows, (i) => (i === 777 ? 200 : 3)),
  );
}

describe("cellNear", () => {
  const plane = new Plane(fullViewport(2000), 100, 1);

  it("finds the hottest cell of what shares a pixel or lies beside it", () => {
    for (const [dx, dy] of [[0, 0], [1, 0], [0, -1], [-1, 1]] as const)
      expect(cellNear(planted(), plane, 1234 / 20 + dx, 777 / 20 + dy)).toEqual({ trueClass: 777, predClass: 1234 }); // biome-ignore format: one line
  });

  it("finds nothing where all is zero, nor where cells can be pointed at by themselves", () => {
    expect(cellNear(planted(), plane, 5, 90)).toBeNull();
    expect(cellNear(planted(), new Plane({ firstTrue: 770, firstPred: 1230, span: 20 }, 100, 1), 20, 35)).toBeNull();
  });

  it("finds nothing that isn't seen", () => {
    const beside = new Plane({ firstTrue: 777, firstPred: 1235, span: 100 }, 100, 1);
    expect(cellNear(planted(), beside, 0, 0)).toBeNull();
  });
});
