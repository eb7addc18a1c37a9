import { beforeEach, describe, expect, it, vi } from "vitest";
import { fetchClassInfo, fetchHistory, fetchListing, fetchMatrix } from "./data/client";
import type { Series } from "./model/listing";
import { ConfusionMatrix } from "./model/matrix";
import { AppState } from "./state/app_state";
import { Sync } from "./sync";
import { compactOf } from "./testing/golden";
import { Disposer } from "./util/disposer";

vi.mock("./data/client");

/** As many cells as a full matrix of 2,000 classes: one alone nearly fills the cache. */
const NUM_CELLS = 4_000_000;

function series(run: string, steps: number[]): Series {
  return { run, tag: "val", numClasses: 2, steps, wallTimes: steps, title: "val", warnings: [] };
}

function datum(step: number) {
  return { step, wallTime: step, matrix: compactOf([[1]]), classNamesHash: "", ordinal: step, isExact: true };
}

function start(...listing: Series[]): AppState {
  const app = new AppState();
  app.connect();
  app.store.listing.value = listing;
  new Sync(app, new Disposer());
  return app;
}

async function settle(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve();
}

beforeEach(() => {
  vi.clearAllMocks();
  const matrix = new ConfusionMatrix(2, new Uint32Array([0]), new Uint32Array([0]), new Float64Array([1]), false);
  Object.defineProperty(matrix, "numCells", { value: NUM_CELLS });
  vi.mocked(fetchMatrix).mockResolvedValue({ matrix, ordinal: 0, classNamesHash: "", isExact: true });
  const info = { classNames: null, classNamesHash: "", classGroups: null, specialClass: null, description: "" };
  vi.mocked(fetchClassInfo).mockResolvedValue(info);
  // The server is a step ahead of the page's listing.
  vi.mocked(fetchHistory).mockImplementation(async (_run, _tag, fromStep, onData) => {
    onData([0, 1, 2].filter((step) => step >= (fromStep ?? 0)).map((step) => datum(step)));
  });
});

describe("Sync", () => {
  it("fetches each matrix once, even where not all that is wanted fits into the cache", async () => {
    const app = start(series("a", [0, 1, 2, 3]), series("b", [0, 1, 2, 3]));
    app.view.step.value = 0;
    await settle();
    const asked = vi.mocked(fetchMatrix).mock.calls.map(([key]) => `${key.run}${key.step}`);
    expect(new Set(asked).size).toBe(asked.length);
    expect(app.cards.value.every((card) => card.matrix !== null && card.shown === card.key)).toBe(true);
  });

  it("keeps the names of series of the same classes once", async () => {
    vi.mocked(fetchClassInfo).mockImplementation(async (run) => ({
      classNames: ["cat", "dog"],
      classNamesHash: "f00d",
      classGroups: null,
      specialClass: null,
      description: run,
    }));
    const app = start(series("a", [0]), series("b", [0]));
    await settle();
    const [a, b] = app.store.classInfos.value.values();
    expect([a?.description, b?.description]).toEqual(["a", "b"]);
    expect(a?.classNames).toEqual(["cat", "dog"]);
    expect(b?.classNames).toBe(a?.classNames);
  });

  it("fetches the matrices around the playhead", async () => {
    const app = start(series("a", [0, 1, 2, 3, 4, 5]));
    await settle();
    app.view.step.value = 1;
    await settle();
    expect(vi.mocked(fetchMatrix).mock.calls.map(([key]) => key.step)).toEqual([5, 4, 1, 2, 3, 0]);
  });

  it("fetches nothing ahead while the server hasn't checked what it lists", async () => {
    const app = start(series("a", [0, 1, 2]));
    app.store.numUnchecked.value = 2;
    vi.mocked(fetchMatrix).mockClear();
    app.view.step.value = 0;
    await settle();
    expect(vi.mocked(fetchMatrix).mock.calls.map(([key]) => key.step)).toEqual([0]);
    app.store.numUnchecked.value = 0;
    await settle();
    expect(vi.mocked(fetchMatrix).mock.calls.map(([key]) => key.step)).toEqual([0, 1, 2]);
  });

  it("never asks for what the server has found broken", async () => {
    vi.stubGlobal("window", { setTimeout: vi.fn(), clearTimeout: vi.fn() });
    const app = new AppState();
    app.connect();
    const sync = new Sync(app, new Disposer());
    vi.mocked(fetchListing).mockResolvedValueOnce({ series: [series("a", [0, 1, 2])], numUnchecked: 3, etag: null });
    await sync.poll(true);
    await settle();
    vi.mocked(fetchListing).mockResolvedValueOnce({ series: [series("a", [0, 2])], numUnchecked: 0, etag: null });
    await sync.poll(true);
    await settle();
    expect(vi.mocked(fetchMatrix).mock.calls.map(([key]) => key.step)).toEqual([2, 0]);
    vi.unstubAllGlobals();
  });

  it("asks for a history once, even where the answer is ahead of the listing", async () => {
    const app = start(series("a", [0, 1]), series("b", [0, 1]));
    await settle();
    app.view.selection.value = { trueClass: 0, predClass: 1 };
    await settle();
    expect(fetchHistory).toHaveBeenCalledTimes(2);
    expect(app.historyOf(series("a", []))?.data.map((one) => one.step)).toEqual([0, 1, 2]);
    expect(app.historyOf(series("a", []))?.isComplete).toBe(true);
  });

  it("asks only for what is new when a series has grown", async () => {
    const app = start(series("a", [0, 1]));
    await settle();
    app.store.listing.value = [series("a", [0, 1, 2])];
    await settle();
    expect(vi.mocked(fetchHistory).mock.calls.map(([, , fromStep]) => fromStep)).toEqual([null, 2]);
    expect(app.historyOf(series("a", []))?.data.map((one) => one.step)).toEqual([0, 1, 2]);
  });

  it("asks again for a step that was written again, and for what follows", async () => {
    const app = start(series("a", [0, 1]));
    await settle();
    app.store.listing.value = [{ ...series("a", [0, 1]), wallTimes: [0, 7] }];
    await settle();
    expect(vi.mocked(fetchHistory).mock.calls.map(([, , fromStep]) => fromStep)).toEqual([null, 1]);
  });

  it("asks for no step for ever that the server leaves out", async () => {
    vi.mocked(fetchHistory).mockImplementation(async (_run, _tag, _from, onData) => onData([datum(0)]));
    const app = start(series("a", [0, 1]));
    await settle();
    app.store.listing.value = [{ ...series("a", [0, 1]) }];
    await settle();
    expect(fetchHistory).toHaveBeenCalledTimes(1);
  });

  it("keeps the history of a run that isn't shown any more, and asks for it no second time", async () => {
    const app = start(series("a", [0]), series("b", [0]));
    await settle();
    app.view.runTicks.value = new Map([["b", false]]);
    await settle();
    app.view.runTicks.value = new Map();
    await settle();
    expect(fetchHistory).toHaveBeenCalledTimes(2);
    expect(app.historyOf(series("b", []))?.isComplete).toBe(true);
  });

  it("asks for the class names once", async () => {
    const app = start(series("a", [0]));
    await settle();
    app.store.listing.value = [series("a", [0, 1])];
    await settle();
    expect(fetchClassInfo).toHaveBeenCalledTimes(1);
  });
});
