import { describe, expect, it } from "vitest";
import { compactOf, type matrixOf } from "../testing/golden";
import { identityArrangement } from "./arrangement";
import type { SeriesHistory } from "./series_history";
import { matricesOf, stripAt, stripsOf } from "./strips";

const ARRANGEMENT = identityArrangement(["cat", "dog"]);

/** Each step has as many cats as its number says. */
function historyAt(...steps: number[]): SeriesHistory {
  const data = steps.map((step) => ({
    step,
    wallTime: step,
    matrix: compactOf([
      [step, 0],
      [0, 1],
    ]),
    classNamesHash: "",
    ordinal: step,
    isExact: true,
  }));
  return { data, isComplete: true };
}

const sources = [
  { seriesId: "often", history: historyAt(1, 2, 3, 4) },
  { seriesId: "seldom", history: historyAt(2, 3) },
];
const cats = (matrices: readonly (ReturnType<typeof matrixOf> | null)[]) => matrices.map((one) => one?.support[0] ?? null);

describe("stripsOf", () => {
  it("has the steps of all series, and for each what holds there", () => {
    const strips = stripsOf(sources, ARRANGEMENT, null);
    expect(strips.steps).toEqual([1, 2, 3, 4]);
    expect(cats(strips.bands[0]?.matrices ?? [])).toEqual([1, 2, 3, 4]);
    // Nothing before it begins nor after it ends.
    expect(cats(strips.bands[1]?.matrices ?? [])).toEqual([null, 2, 3, null]);
  });

  it("goes on with the last matrix where a series has none of its own at a step", () => {
    const strips = stripsOf([sources[0] ?? never(), { seriesId: "wide", history: historyAt(1, 4) }], ARRANGEMENT, null);
    expect(cats(strips.bands[1]?.matrices ?? [])).toEqual([1, 1, 1, 4]);
  });

  it("shows the steps of a range alone", () => {
    const strips = stripsOf(sources, ARRANGEMENT, [2, 3]);
    expect(strips.steps).toEqual([2, 3]);
    expect(cats(strips.bands[0]?.matrices ?? [])).toEqual([2, 3]);
  });

  it("leaves out steps of other classes, and is empty without any", () => {
    const strips = stripsOf(sources, identityArrangement(["a", "b", "c"]), null);
    expect(strips.steps).toEqual([]);
    expect(stripAt(strips, 0.5, 0.5)).toBeNull();
  });
});

describe("stripAt", () => {
  it("finds step and series at a point of a cell, its edges included", () => {
    const strips = stripsOf(sources, ARRANGEMENT, null);
    expect(stripAt(strips, 0, 0)).toMatchObject({ place: 0, band: { seriesId: "often" } });
    expect(stripAt(strips, 0.6, 0.9)).toMatchObject({ place: 2, band: { seriesId: "seldom" } });
    expect(stripAt(strips, 1, 1)).toMatchObject({ place: 3, band: { seriesId: "seldom" } });
  });
});

describe("matricesOf", () => {
  it("names each matrix once, however many steps it holds for", () => {
    const strips = stripsOf([{ seriesId: "wide", history: historyAt(1, 4) }, sources[0] ?? never()], ARRANGEMENT, null);
    expect(matricesOf(strips)).toHaveLength(6);
  });
});

function never(): never {
  throw new Error("unreachable");
}
