import { describe, expect, it } from "vitest";
import { hasSameClasses, matchClasses } from "./class_match";

describe("hasSameClasses", () => {
  it.each([
    [["a", "b"], ["a", "b"], true],
    [["a", "b"], ["b", "a"], false],
    [["a", "b"], ["a", "b", "c"], false],
    [null, ["a", "b"], true], // by index: all that is known of one of them
    [["a", "a"], ["a", "a"], true],
  ] as const)("%j and %j: %s, as when they are matched one by one", (a, b, isSame) => {
    const [numClassesA, numClassesB] = [a?.length ?? 2, b.length];
    expect(hasSameClasses(a, numClassesA, b, numClassesB)).toBe(isSame);
    const { pairs, onlyInA, onlyInB } = matchClasses(a, numClassesA, b, numClassesB);
    const isMatched = pairs.every((pair) => pair.classA === pair.classB) && onlyInA.length + onlyInB.length === 0;
    expect(isMatched).toBe(isSame);
  });
});
