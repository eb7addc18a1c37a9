import { describe, expect, it } from "vitest";
import { matrixOf } from "../testing/golden";
import { classOrder, groupName, groupsOf, type OrderBasis, orderedGroups } from "./class_order";
import { findClasses, shownClasses } from "./shown_classes";

// Recall 5/9, 7/9, 4/10, none; precision 5/7, 7/10, 4/4, 0/7; support 9, 9, 10, 0; errors 6, 5, 6, 7.
const MATRIX = matrixOf([
  [5, 3, 0, 1],
  [2, 7, 0, 0],
  [0, 0, 4, 6],
  [0, 0, 0, 0],
]);
const BASIS: OrderBasis = {
  classNames: ["cat", "Bird", "car10", "car9"],
  classGroups: ["animals", "", "vehicles", "animals"],
  matrix: MATRIX,
  specialClass: null,
  similarity: {
    classOrder: [2, 0, 1, 3],
    groups: [
      [2, 0],
      [1, 3],
    ],
  },
};

describe("classOrder", () => {
  it.each([
    ["index", [0, 1, 2, 3]],
    ["name", [1, 3, 2, 0]],
    ["group", [0, 3, 1, 2]],
    ["support", [2, 0, 1, 3]],
    ["recall", [2, 0, 1, 3]],
    ["precision", [3, 1, 0, 2]],
    ["errors", [3, 0, 2, 1]],
    ["similarity", [2, 0, 1, 3]],
  ] as const)("by %s", (by, order) => {
    expect(classOrder(by, BASIS)).toEqual(order);
  });

  it("is the index order while what it goes by hasn't come", () => {
    for (const by of ["recall", "errors", "similarity"] as const)
      expect(classOrder(by, { ...BASIS, matrix: null, similarity: null })).toEqual([0, 1, 2, 3]);
  });

  it("is the index order where the matrix has other classes", () => {
    expect(classOrder("recall", { ...BASIS, matrix: matrixOf([[1]]) })).toEqual([0, 1, 2, 3]);
  });
});

describe("groups", () => {
  it("are those that were given, and a class of none stands alone", () => {
    expect(groupsOf(BASIS.classGroups, 4)).toEqual([
      { name: "animals", classes: [0, 3] },
      { name: "", classes: [1] },
      { name: "vehicles", classes: [2] },
    ]);
  });

  it("are bracketed where the order is made of them", () => {
    // One class alone is bracketed with nothing.
    expect(orderedGroups("group", BASIS).map((group) => group.name)).toEqual(["animals"]);
    expect(orderedGroups("similarity", BASIS).map((group) => group.name)).toEqual(["car10 + cat", "Bird + car9"]);
    expect(orderedGroups("recall", BASIS)).toEqual([]);
  });

  it("of similar classes are without the special class, and none of one class alone", () => {
    expect(orderedGroups("similarity", { ...BASIS, specialClass: 1 }).map((group) => group.classes)).toEqual([[2, 0]]);
  });

  it("that nobody named are named after their first class", () => {
    expect(groupName([1, 0, 2], BASIS.classNames)).toBe("Bird + 2 more");
  });
});

describe("shownClasses", () => {
  it("are all, those chosen, those with errors or the most confused", () => {
    expect(shownClasses("all", 4, [1], 2, MATRIX)).toBeNull();
    expect(shownClasses("chosen", 4, [1, 3, 99], 2, MATRIX)).toEqual(new Set([1, 3]));
    expect(shownClasses("errors", 4, [], 2, MATRIX)).toEqual(new Set([0, 1, 2, 3]));
    expect(shownClasses("confused", 4, [], 2, MATRIX)).toEqual(new Set([3, 0]));
  });

  it("are all where there is nothing to go by", () => {
    expect(shownClasses("chosen", 4, [], 2, MATRIX)).toBeNull();
    expect(shownClasses("errors", 4, [], 2, null)).toBeNull();
    expect(
      shownClasses(
        "confused",
        2,
        [],
        2,
        matrixOf([
          [3, 0],
          [0, 4],
        ]),
      ),
    ).toBeNull();
  });
});

describe("findClasses", () => {
  it("finds a part of a name in any case, those first that begin with it", () => {
    expect(findClasses("AR", ["car", "art", "dog", "bar"], 10)).toEqual([1, 0, 3]);
    expect(findClasses("ar", ["car", "art", "dog", "bar"], 2)).toEqual([1, 0]);
    expect(findClasses("  ", ["car"], 2)).toEqual([]);
  });
});
