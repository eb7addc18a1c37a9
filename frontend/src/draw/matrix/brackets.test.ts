import { describe, expect, it } from "vitest";
import { makeArrangement } from "../../model/arrangement";
import { fullViewport } from "../../model/viewport";
import { groupBrackets } from "./brackets";
import { Plane } from "./plane";

const NAMES = ["a", "b", "c", "d", "e"];
const PAIR = { name: "pair", classes: [1, 2] };
const TORN = { name: "torn", classes: [0, 3, 4] };

function bracketsOf(classOrder: number[], collapsed = [] as (typeof PAIR)[]) {
  const arrangement = makeArrangement({ classNames: NAMES, classOrder, collapsed });
  const plane = new Plane(fullViewport(arrangement.entries.length), 100, 1);
  return groupBrackets(arrangement, [PAIR, TORN], collapsed, plane).map(({ group, isCollapsed, topCss }) => [
    group.name,
    isCollapsed,
    Math.floor(topCss / (100 / arrangement.entries.length)),
  ]);
}

describe("groupBrackets", () => {
  it("stand beside the rows of their group", () => {
    expect(bracketsOf([0, 3, 4, 1, 2])).toEqual([
      ["torn", false, 0],
      ["pair", false, 3],
    ]);
  });

  it("leave out what stands alone, where an order tears a group apart", () => {
    expect(bracketsOf([0, 1, 2, 3, 4])).toEqual([
      ["pair", false, 1],
      ["torn", false, 3],
    ]);
  });

  it("say that a group is collapsed", () => {
    expect(bracketsOf([0, 3, 4, 1, 2], [PAIR])).toEqual([
      ["pair", true, 3],
      ["torn", false, 0],
    ]);
  });
});
