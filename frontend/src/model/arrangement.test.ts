import { describe, expect, it } from "vitest";
import { matrixOf } from "../testing/golden";
import { type Arrangement, countBetween, identityArrangement, makeArrangement } from "./arrangement";
import type { ConfusionMatrix } from "./matrix";
import { marginsUnder } from "./series_history";

const NAMES = ["cat", "dog", "ship", "truck"];
const COUNTS = [
  [5, 3, 0, 1],
  [2, 7, 0, 0],
  [0, 0, 4, 6],
  [0, 1, 2, 9],
];
const VEHICLES = { name: "vehicles", classes: [2, 3] };

function rowsOf(matrix: ConfusionMatrix): number[][] {
  return Array.from({ length: matrix.numClasses }, (_, i) =>
    Array.from({ length: matrix.numClasses }, (_, j) => matrix.countAt({ trueClass: i, predClass: j })),
  );
}

function arrange(arrangement: Arrangement): number[][] {
  return rowsOf(arrangement.matrix(matrixOf(COUNTS)));
}

describe("an arrangement", () => {
  it("in index order is the matrix itself", () => {
    const matrix = matrixOf(COUNTS);
    expect(identityArrangement(NAMES).matrix(matrix)).toBe(matrix);
  });

  it("orders rows and columns alike", () => {
    const arrangement = makeArrangement({ classNames: NAMES, classOrder: [3, 2, 1, 0] });
    expect(arrangement.names).toEqual(["truck", "ship", "dog", "cat"]);
    expect(arrange(arrangement)).toEqual(COUNTS.map((row) => [...row].reverse()).reverse());
  });

  it("sums the classes of a collapsed group where its first class stands", () => {
    const arrangement = makeArrangement({ classNames: NAMES, classOrder: [0, 2, 1, 3], collapsed: [VEHICLES] });
    expect(arrangement.names).toEqual(["cat", "vehicles", "dog"]);
    expect(arrange(arrangement)).toEqual([
      [5, 1, 3],
      [0, 21, 1],
      [2, 0, 7],
    ]);
  });

  it("sums what isn't shown at the end, and says how many it holds", () => {
    const arrangement = makeArrangement({ classNames: NAMES, classOrder: [0, 1, 2, 3], shown: new Set([1]) });
    expect(arrangement.names).toEqual(["dog", "(other: 3)"]);
    expect(arrange(arrangement)).toEqual([
      [7, 2],
      [4, 27],
    ]);
  });

  it("takes a hidden class out of its group", () => {
    const shown = new Set([0, 1, 2]);
    const arrangement = makeArrangement({ classNames: NAMES, classOrder: [0, 1, 2, 3], collapsed: [VEHICLES], shown });
    expect(arrangement.names).toEqual(["cat", "dog", "ship", "(other: 1)"]);
  });

  it("shows the special class last, but before the rest", () => {
    const options = { classNames: NAMES, classOrder: [0, 1, 2, 3], specialClass: 0 };
    expect(makeArrangement(options).names).toEqual(["dog", "ship", "truck", "cat"]);
    expect(makeArrangement({ ...options, shown: new Set([0, 3]) }).names).toEqual(["truck", "cat", "(other: 2)"]);
  });

  it("leaves a matrix of other classes as it is", () => {
    const matrix = matrixOf([[1]]);
    expect(makeArrangement({ classNames: NAMES, classOrder: [3, 2, 1, 0] }).matrix(matrix)).toBe(matrix);
  });

  it("knows where a class is shown and which class stands for what is shown", () => {
    const arrangement = makeArrangement({ classNames: NAMES, classOrder: [2, 3, 1, 0], collapsed: [VEHICLES] });
    expect(arrangement.entryCell({ trueClass: 3, predClass: 0 })).toEqual({ trueClass: 0, predClass: 2 });
    expect(arrangement.classCell({ trueClass: 0, predClass: 2 })).toEqual({ trueClass: 2, predClass: 0 });
  });
});

describe("whatever the arrangement", () => {
  const arrangements = [
    makeArrangement({ classNames: NAMES, classOrder: [3, 1, 0, 2] }),
    makeArrangement({ classNames: NAMES, classOrder: [3, 1, 0, 2], collapsed: [{ name: "", classes: [0, 3] }] }),
    makeArrangement({ classNames: NAMES, classOrder: [3, 1, 0, 2], collapsed: [VEHICLES], shown: new Set([2, 3]) }),
  ];

  it.each(arrangements)("each class is in one entry, and totals stay", (arrangement) => {
    expect(arrangement.entries.flatMap((entry) => entry.classes).sort()).toEqual([0, 1, 2, 3]);
    expect(arrangement.matrix(matrixOf(COUNTS)).total).toBe(40);
  });

  it.each(arrangements)("margins and cells are those of the matrix of entries", (arrangement) => {
    const matrix = matrixOf(COUNTS);
    const arranged = arrangement.matrix(matrix);
    const margins = marginsUnder(matrix, arrangement);
    expect([...margins.truePositives]).toEqual([...arranged.truePositives]);
    expect([...margins.support]).toEqual([...arranged.support]);
    expect([...margins.predictedCount]).toEqual([...arranged.predictedCount]);
    expect(arrangement.entries.map((from) => arrangement.entries.map((to) => countBetween(matrix, from, to)))).toEqual(
      rowsOf(arranged),
    );
  });
});
