import { describe, expect, it } from "vitest";
import { byDescendingKey, firstFrom } from "./sorted";

describe("firstFrom", () => {
  it("finds the first value that isn't below one", () => {
    const values = Float64Array.of(1, 2, 2, 5);
    expect([0, 1, 2, 3, 5, 6].map((value) => firstFrom(values, 0, 4, value))).toEqual([0, 0, 1, 3, 3, 4]);
    expect(firstFrom(values, 2, 3, 1)).toBe(2);
    expect(firstFrom(values, 2, 3, 9)).toBe(3);
  });
});

describe("byDescendingKey", () => {
  const sorted = (keys: readonly number[]) => [...byDescendingKey(Uint32Array.from(keys.keys()), (item) => keys[item] as number)];

  it("has the largest first, NaN last, and equal ones as they came", () => {
    const keys = [0, 3, Number.NaN, -1, 3, 1e-30, Number.NEGATIVE_INFINITY, -0, 7e30, Number.POSITIVE_INFINITY, -2.5, Number.NaN];
    expect(sorted(keys)).toEqual([9, 8, 1, 4, 5, 0, 7, 3, 10, 6, 2, 11]);
    expect(sorted([])).toEqual([]);
  });

  it("sorts as a comparison does", () => {
    const keys = Array.from({ length: 5000 }, (_, i) => Math.fround(Math.sin(i * 997) * 10 ** (i % 9)));
    const compared = [...keys.keys()].sort((a, b) => (keys[b] as number) - (keys[a] as number) || a - b);
    expect(sorted(keys)).toEqual(compared);
  });
});
