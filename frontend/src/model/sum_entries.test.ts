import { describe, expect, it } from "vitest";
import { matrixOf } from "../testing/golden";
import { sumEntries } from "./sum_entries";

function denseOf(numClasses: number, share: number): number[][] {
  let seed = 7;
  const next = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  return Array.from({ length: numClasses }, () =>
    Array.from({ length: numClasses }, () => (next() < share ? 1 + Math.floor(9 * next()) : 0)),
  );
}

/** Summed the plain way. */
function expected(counts: number[][], members: number[][]): number[][] {
  const sum = (from: number[], to: number[]) => from.flatMap((i) => to.map((j) => counts[i]?.[j] ?? 0)).reduce((a, b) => a + b, 0);
  return members.map((from) => members.map((to) => sum(from, to)));
}

function entryOf(members: number[][], numClasses: number): Uint32Array {
  const entries = new Uint32Array(numClasses);
  members.forEach((classes, entry) => {
    for (const one of classes) entries[one] = entry;
  });
  return entries;
}

describe("sumEntries", () => {
  const shuffled = (numClasses: number) => Array.from({ length: numClasses }, (_, i) => [(i * 7 + 3) % numClasses]);
  const grouped = (numClasses: number) =>
    [...new Array(Math.ceil(numClasses / 3)).keys()].map((i) => [3 * i, 3 * i + 1, 3 * i + 2].filter((one) => one < numClasses));

  // Empty, short, long and dense rows: each is put in order in a way of its own.
  it.each([
    ["empty", 20, 0],
    ["short rows", 50, 0.05],
    ["rows of a few more cells than are inserted", 1000, 0.06],
    ["dense", 40, 1],
  ])("agrees with plain sums: %s", (_, numClasses, share) => {
    const counts = denseOf(numClasses, share);
    for (const members of numClasses === 1000 ? [shuffled(1000)] : [shuffled(numClasses), grouped(numClasses)]) {
      const summed = sumEntries(matrixOf(counts), members, entryOf(members, numClasses));
      const inOrder = expected(counts, members);
      expect(summed).toEqual(matrixOf(inOrder));
    }
  });
});
