import { describe, expect, it } from "vitest";
import { matrixOf } from "../testing/golden";
import { resultOf } from "../util/slices";
import { identityArrangement, makeArrangement } from "./arrangement";
import { type ConfusionQuery, confusionTableSteps } from "./confusion_table";
import { wilsonInterval } from "./intervals";
import { type RateChange, rateChangeSteps } from "./rate_change";

const rateChanges = (...given: Parameters<typeof rateChangeSteps>) => resultOf(rateChangeSteps(...given));

const confusionTable = (...given: Parameters<typeof confusionTableSteps>) => resultOf(confusionTableSteps(...given));

const NAMES = ["cat", "dog", "bird", "ship"];
// cat → dog 30, dog → cat 8, bird → dog 8, ship never.
const COUNTS = [[70, 30, 0, 0], [8, 92, 0, 0], [2, 8, 10, 0], [0, 0, 0, 0]]; // biome-ignore format: four rows
const BEFORE = [[90, 10, 0, 0], [8, 92, 0, 0], [2, 8, 10, 0], [0, 0, 0, 0]]; // biome-ignore format: four rows
const BY_COUNT: ConfusionQuery = { share: "true", ranking: "count", minOutOf: 0, baseline: null };

function tableOf(query: Partial<ConfusionQuery> = {}, counts = COUNTS) {
  const now = { matrix: matrixOf(counts), classNames: NAMES };
  return confusionTable(identityArrangement(NAMES), now, { ...BY_COUNT, ...query });
}

function pairs(query: Partial<ConfusionQuery> = {}, counts = COUNTS) {
  return tableOf(query, counts)
    .allRows()
    .map(({ trueClass, predClass }) => `${NAMES[trueClass]}>${NAMES[predClass]}`);
}

const baseline = { matrix: matrixOf(BEFORE), classNames: NAMES };

describe("confusionTable", () => {
  it("ranks by count, ties in row-major order", () => {
    expect(pairs()).toEqual(["cat>dog", "dog>cat", "bird>dog", "bird>cat"]);
  });

  it("ranks by rate, by the interval's lower bound and by asymmetry", () => {
    expect(pairs({ ranking: "rate" })).toEqual(["bird>dog", "cat>dog", "bird>cat", "dog>cat"]);
    // 8 of 20 has a lower bound of 0.22, 30 of 100 of 0.22 too: the exact ones decide.
    const lower = (count: number, outOf: number) => (wilsonInterval(count, outOf) as readonly [number, number])[0];
    const bounds = { "cat>dog": lower(30, 100), "dog>cat": lower(8, 100), "bird>dog": lower(8, 20), "bird>cat": lower(2, 20) };
    expect(pairs({ ranking: "lower_bound" })).toEqual(
      Object.entries(bounds).sort(([, a], [, b]) => b - a).map(([pair]) => pair), // biome-ignore format: one line
    );
    expect(pairs({ ranking: "asymmetry" })).toEqual(["bird>dog", "cat>dog", "bird>cat", "dog>cat"]);
  });

  it("leaves out rates of too few samples, and says how many", () => {
    const table = tableOf({ ranking: "rate", minOutOf: 50 });
    expect([table.numRows, table.numHidden, table.numErrors]).toEqual([2, 2, 48]);
    expect(tableOf({ minOutOf: 50 }).numHidden).toBe(0);
  });

  it("ranks by change since a baseline, with the interval and the test of all that are told", () => {
    const table = tableOf({ ranking: "change", baseline });
    expect(table.row(0)).toMatchObject({ trueClass: 0, predClass: 1 });
    const told = [[10, 100, 30, 100], [8, 100, 8, 100], [2, 20, 2, 20], [8, 20, 8, 20]] as const; // biome-ignore format: pairs
    const changes = rateChanges(
      told.map(([countBefore, outOfBefore, countAfter, outOfAfter]) => ({ countBefore, outOfBefore, countAfter, outOfAfter })),
      false,
    );
    const { delta, interval, isSignificant } = changes[0] as RateChange;
    expect(table.row(0).change).toEqual({ delta, interval, isSignificant });
    expect(table.row(0).change?.isSignificant).toBe(true);
    expect(
      table
        .allRows()
        .slice(1)
        .every((row) => row.change?.delta === 0 && !row.change.isSignificant),
    ).toBe(true);
  });

  it("tests thousands of rows only when it is asked to, and then all of them", () => {
    const numClasses = 80;
    const names = Array.from({ length: numClasses }, (_, i) => String(i));
    const cells = (hot: number) => names.map((_, i) => names.map((_, j) => (i === 3 && j === 5 ? hot : 10)));
    const [now, before] = [500, 10].map((hot) => ({ matrix: matrixOf(cells(hot)), classNames: names }));
    const query = { ...BY_COUNT, baseline: before ?? null };
    const table = confusionTable(identityArrangement(names), now ?? baseline, query);
    expect([table.numRows, table.isTested, table.row(0).change?.isSignificant]).toEqual([6320, false, false]);
    expect([...table.test()].length).toBeGreaterThan(5);
    expect([table.isTested, table.row(0).change?.isSignificant, table.row(1).change?.isSignificant]).toEqual([true, true, false]);
  });

  it("tests no weighted samples", () => {
    const weighted = COUNTS.map((row) => row.map((count) => count / 4));
    const now = { matrix: matrixOf(weighted, true), classNames: NAMES };
    const table = confusionTable(identityArrangement(NAMES), now, { ...BY_COUNT, ranking: "lower_bound", baseline });
    expect(table.row(0)).toMatchObject({ interval: null, change: { interval: null, isSignificant: false } });
  });

  it("sums entries, and finds them in the baseline", () => {
    const pets = { name: "pets", classes: [0, 1] };
    const arrangement = makeArrangement({ classNames: NAMES, classOrder: [0, 1, 2, 3], collapsed: [pets] });
    const table = confusionTable(arrangement, { matrix: matrixOf(COUNTS), classNames: NAMES }, { ...BY_COUNT, baseline });
    expect(table.allRows().map(({ count, outOf, change }) => [count, outOf, change?.delta])).toEqual([[10, 20, 0]]);
  });

  it("knows the rank of a cell, the share of the first rows, and the same table for the same question", () => {
    const table = tableOf();
    expect([
      table.rankOf({ trueClass: 2, predClass: 1 }),
      table.rankOf({ trueClass: 3, predClass: 1 }),
      table.rankOf(null),
    ]).toEqual([2, -1, -1]);
    expect(table.shareOfErrors(1)).toBe(30 / 48);
    const now = { matrix: matrixOf(COUNTS), classNames: NAMES };
    const arrangement = identityArrangement(NAMES);
    expect(confusionTable(arrangement, now, BY_COUNT)).toBe(confusionTable(arrangement, now, { ...BY_COUNT }));
    expect(confusionTable(arrangement, now, BY_COUNT)).not.toBe(
      confusionTable(arrangement, now, { ...BY_COUNT, minOutOf: 1, ranking: "rate" }),
    );
  });

  it("has no rows where nothing is confused", () => {
    expect(tableOf({}, [[5, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]).numRows).toBe(0); // biome-ignore format: four rows
  });
});
