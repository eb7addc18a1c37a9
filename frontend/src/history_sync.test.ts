import { beforeEach, describe, expect, it, vi } from "vitest";
import { fetchHistory } from "./data/client";
import type { OnData } from "./data/history_stream";
import { HistorySync } from "./history_sync";
import { type Series, seriesId } from "./model/listing";
import { Store } from "./state/store";
import { compactOf } from "./testing/golden";

vi.mock("./data/client");

const COUNTS = [[5, 1], [2, 7]]; // biome-ignore format: two rows
const BYTES = compactOf(COUNTS).numBytes;

function series(run: string, steps: number[]): Series {
  return { run, tag: "val", numClasses: 2, steps, wallTimes: steps, title: "val", warnings: [] };
}

function datum(step: number) {
  return { step, wallTime: step, matrix: compactOf(COUNTS), classNamesHash: "", ordinal: step, isExact: true };
}

/** Answers that come when the test says so. */
let answers: { run: string; fromStep: number | null; onData: OnData; finish: () => void; signal: AbortSignal }[] = [];

beforeEach(() => {
  answers = [];
  vi.mocked(fetchHistory).mockReset();
  vi.mocked(fetchHistory).mockImplementation(
    (run, _tag, fromStep, onData, signal) =>
      new Promise((resolve) => {
        answers.push({ run, fromStep, onData, finish: () => resolve(), signal });
      }),
  );
});

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

describe("HistorySync", () => {
  it("goes on where it was given up", async () => {
    const store = new Store();
    const sync = new HistorySync(store);
    const long = series("a", [0, 1, 2, 3]);
    sync.want([long]);
    answers[0]?.onData([datum(0), datum(1)]);
    sync.want([]);
    expect(answers[0]?.signal.aborted).toBe(true);
    sync.want([long]);
    expect(answers[1]?.fromStep).toBe(2);
    answers[1]?.onData([datum(2), datum(3)]);
    answers[1]?.finish();
    await settle();
    const history = store.histories.value.get(seriesId(long));
    expect([history?.data.map((one) => one.step), history?.isComplete]).toEqual([[0, 1, 2, 3], true]);
  });

  it("lets go of what was wanted longest ago where there is no more room", async () => {
    const store = new Store();
    const sync = new HistorySync(store, 3 * BYTES);
    for (const run of ["a", "b", "c"]) {
      sync.want([series(run, [0])]);
      answers.at(-1)?.onData([datum(0)]);
      answers.at(-1)?.finish();
      await settle();
    }
    sync.want([series("a", [0])]);
    sync.want([series("d", [0])]);
    answers.at(-1)?.onData([datum(0)]);
    expect([...store.histories.value.keys()].sort()).toEqual(["a", "c", "d"].map((run) => seriesId(series(run, []))));
  });

  it("keeps the margins of all steps where their cells take too much room", async () => {
    const store = new Store();
    const sync = new HistorySync(store, 2.5 * BYTES);
    sync.want([series("a", [0, 1, 2, 3])]);
    answers[0]?.onData([0, 1, 2, 3].map(datum));
    const data = store.histories.value.get(seriesId(series("a", [])))?.data ?? [];
    expect(data.map((one) => one.matrix.hasCells)).toEqual([true, true, false, false]);
    expect(data.map((one) => one.matrix.countAt({ trueClass: 1, predClass: 0 }))).toEqual([2, 2, Number.NaN, Number.NaN]);
    expect(data.map((one) => one.matrix.countAt({ trueClass: 1, predClass: 1 }))).toEqual([7, 7, 7, 7]);
  });
});
