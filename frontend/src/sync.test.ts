import { beforeEach, describe, expect, it, vi } from "vitest";
import { fetchCellHistory, fetchClassInfo, fetchMatrix } from "./data/client";
import type { Series } from "./model/listing";
import { ConfusionMatrix } from "./model/matrix";
import { AppState } from "./state/app_state";
import { Sync } from "./sync";
import { Disposer } from "./util/disposer";

vi.mock("./data/client");

/** As many cells as a full matrix of 2,000 classes: one alone nearly fills the cache. */
const NUM_CELLS = 4_000_000;

function series(run: string, steps: number[]): Series {
  return { run, tag: "val", numClasses: 2, steps, wallTimes: steps, title: "val", warnings: [] };
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
  vi.mocked(fetchClassInfo).mockResolvedValue({ classNames: null, classNamesHash: "", description: "" });
  const columns = { counts: [1, 1, 1], support: [1, 1, 1], predictedCount: [1, 1, 1], totals: [1, 1, 1] };
  // The server is a step ahead of the page's listing.
  vi.mocked(fetchCellHistory).mockResolvedValue({ steps: [0, 1, 2], ...columns });
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

  it("fetches the matrices ahead of the playhead", async () => {
    const app = start(series("a", [0, 1, 2, 3, 4, 5]));
    await settle();
    app.view.step.value = 1;
    await settle();
    expect(vi.mocked(fetchMatrix).mock.calls.map(([key]) => key.step)).toEqual([5, 1, 2, 3]);
  });

  it("asks for a history once, even where the answer is ahead of the listing", async () => {
    const app = start(series("a", [0, 1]), series("b", [0, 1]));
    await settle();
    app.view.selection.value = { trueClass: 0, predClass: 1 };
    await settle();
    expect(fetchCellHistory).toHaveBeenCalledTimes(2);
  });

  it("asks for a history again when the series has grown or its last step was written again", async () => {
    const app = start(series("a", [0, 1]));
    await settle();
    app.view.selection.value = { trueClass: 0, predClass: 1 };
    await settle();
    app.store.listing.value = [{ ...series("a", [0, 1]), wallTimes: [0, 7] }];
    await settle();
    expect(fetchCellHistory).toHaveBeenCalledTimes(2);
  });

  it("asks for the class names once", async () => {
    const app = start(series("a", [0]));
    await settle();
    app.store.listing.value = [series("a", [0, 1])];
    await settle();
    expect(fetchClassInfo).toHaveBeenCalledTimes(1);
  });
});
