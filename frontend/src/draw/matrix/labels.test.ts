import { describe, expect, it } from "vitest";
import { axisLabels } from "./labels";

const NAMES = Array.from({ length: 40 }, (_, i) => `c${i}`);
const RUNS = [0, 1, 2, 3].map((i) => ({ group: { name: `g${i}`, classes: [] }, first: 10 * i, last: 10 * i + 9 }));

function texts(cellSizeCss: number, pointed: number[] = [], range: [number, number] = [0, 40], runs = RUNS) {
  return axisLabels(NAMES, range, cellSizeCss, pointed, 12, runs).map(({ text, at }) => `${text}@${at}`);
}

describe("axisLabels", () => {
  it("names every class while there is room", () => {
    expect(texts(12)).toHaveLength(40);
  });

  it("names groups, in their middle, where classes have no room any more", () => {
    expect(texts(2)).toEqual(["g0@5", "g1@15", "g2@25", "g3@35"]);
  });

  it("names the part of a group that is seen in the middle of that part", () => {
    expect(texts(4, [], [6, 20])).toEqual(["g0@8", "g1@15"]);
  });

  it("keeps the names of what is pointed at, and leaves out groups that would touch them", () => {
    expect(texts(2, [14])).toEqual(["c14@14.5", "g0@5", "g2@25", "g3@35"]);
  });

  it("names every n-th class where groups have no room either, or where there are none", () => {
    expect(texts(1)).toEqual(["c0@0.5", "c20@20.5"]);
    expect(texts(2, [], [0, 40], [])).toEqual(["c0@0.5", "c10@10.5", "c20@20.5", "c30@30.5"]);
  });
});
