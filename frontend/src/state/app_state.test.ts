import { describe, expect, it } from "vitest";
import type { Series } from "../model/listing";
import { datumId } from "../model/listing";
import { matrixOf } from "../testing/golden";
import { Actions } from "./actions";
import { AppState } from "./app_state";

function series(run: string, steps: number[], tag = "val"): Series {
  return { run, tag, numClasses: 2, steps, wallTimes: steps, title: tag, warnings: [] };
}

function appWith(...listing: Series[]): { app: AppState; actions: Actions } {
  const app = new AppState();
  app.connect();
  app.store.listing.value = listing;
  return { app, actions: new Actions(app) };
}

function load(app: AppState, run: string, step: number, total: number): void {
  const key = datumId({ run, tag: "val", step, wallTime: step });
  const matrix = matrixOf([
    [total, 0],
    [0, 0],
  ]);
  app.store.matrices.value = new Map(app.store.matrices.value).set(key, {
    kind: "matrix",
    matrix,
    classNamesHash: "",
    ordinal: 0,
    isExact: true,
  });
}

describe("AppState", () => {
  it("ticks the first four runs", () => {
    const { app } = appWith(...["e", "d", "c", "b", "a"].map((run) => series(run, [0])));
    expect([...app.tickedRuns.value]).toEqual(["a", "b", "c", "d"]);
  });

  it("takes no run away when another one comes", () => {
    const { app } = appWith(...["b", "c", "d", "e"].map((run) => series(run, [0])));
    app.store.listing.value = ["a", "b", "c", "d", "e"].map((run) => series(run, [0]));
    expect([...app.tickedRuns.value]).toEqual(["b", "c", "d", "e"]);
  });

  it("says in a link which runs it shows where a fresh page would show others", () => {
    const { app } = appWith(...["b", "c", "d", "e"].map((run) => series(run, [0])));
    expect(app.link()).toEqual(new Map());
    app.store.listing.value = ["a", "b", "c", "d", "e"].map((run) => series(run, [0]));
    const other = appWith(...app.listing.value).app;
    other.view.load(app.link());
    expect([...other.tickedRuns.value]).toEqual([...app.tickedRuns.value]);
  });

  it("arranges the classes once for all steps", () => {
    const { app } = appWith(series("a", [0, 1]));
    load(app, "a", 0, 5);
    load(app, "a", 1, 6);
    app.view.step.value = 0;
    const [arrangement, groups] = [app.arrangement.value, app.arranging.groups.value];
    expect(app.cards.value[0]?.matrix?.total).toBe(5);
    app.view.step.value = 1;
    expect(app.cards.value[0]?.matrix?.total).toBe(6);
    expect(app.arrangement.value).toBe(arrangement);
    expect(app.arranging.groups.value).toBe(groups);
  });

  it("colours a run as before when another one comes", () => {
    const { app } = appWith(series("b", [0]), series("c", [0]));
    app.store.listing.value = ["a", "b", "c"].map((run) => series(run, [0]));
    expect(["a", "b", "c"].map((run) => app.colourIndexOf(run))).toEqual([2, 0, 1]);
  });

  it("follows the latest step until somebody goes elsewhere", () => {
    const { app, actions } = appWith(series("a", [0, 5]));
    expect(app.playhead.value).toBe(5);
    app.store.listing.value = [series("a", [0, 5, 9])];
    expect(app.playhead.value).toBe(9);
    actions.goBy(-1);
    app.store.listing.value = [series("a", [0, 5, 9, 12])];
    expect(app.playhead.value).toBe(5);
    actions.follow(true);
    expect(app.playhead.value).toBe(12);
  });

  it("shows a run without the playhead's step at its last one before it", () => {
    const { app, actions } = appWith(series("a", [0, 10]), series("b", [0, 4]), series("c", [7]));
    expect(app.cards.value.map((card) => card.key?.step)).toEqual([10, 4, 7]);
    actions.goTo(4);
    expect(app.cards.value.map((card) => card.key?.step)).toEqual([0, 4, undefined]);
  });

  it("keeps drawing the last matrix until the next has come, and never another's", () => {
    const { app, actions } = appWith(series("a", [0, 1]), series("b", [0, 1]));
    load(app, "a", 1, 100);
    expect(app.cards.value.map((card) => card.matrix?.total)).toEqual([100, undefined]);
    actions.goTo(0);
    expect(app.cards.value[0]).toMatchObject({ key: { step: 0 }, shown: { step: 1 } });
    load(app, "a", 0, 7);
    expect(app.cards.value[0]).toMatchObject({ key: { step: 0 }, shown: { step: 0 } });
    expect(app.cards.value[0]?.matrix?.total).toBe(7);
  });

  it("looks into the card that was clicked, and clears when it is clicked again", () => {
    const { app, actions } = appWith(series("a", [0]), series("b", [0]));
    load(app, "a", 0, 1);
    load(app, "b", 0, 2);
    const [a, b] = app.shownSeries.value as [Series, Series];
    expect(app.focusedCard.value?.series.run).toBe("a");
    actions.toggleSelection({ trueClass: 0, predClass: 1 }, b);
    expect(app.focusedCard.value?.series.run).toBe("b");
    actions.toggleSelection({ trueClass: 0, predClass: 1 }, a);
    expect(app.selection.value).toEqual({ trueClass: 0, predClass: 1 });
    actions.toggleSelection({ trueClass: 0, predClass: 1 }, a);
    expect(app.selection.value).toBeNull();
  });

  it("shows one tag, and others beside it", () => {
    const { app, actions } = appWith(series("a", [0], "train"), series("a", [0], "val"), series("b", [0], "val"));
    expect(app.shownTags.value).toEqual(["val"]);
    actions.showTagBeside("train", true);
    expect(app.cards.value.map((card) => [card.series.run, card.series.tag])).toEqual([
      ["a", "val"],
      ["a", "train"],
      ["b", "val"],
    ]);
    actions.pickTag("train");
    expect(app.shownTags.value).toEqual(["train", "val"]);
    actions.showTagBeside("val", false);
    expect(app.shownTags.value).toEqual(["train"]);
  });

  it("selects nothing outside of the matrices", () => {
    const { app, actions } = appWith(series("a", [0]));
    load(app, "a", 0, 1);
    actions.select({ trueClass: 9, predClass: 9 });
    expect(app.selection.value).toBeNull();
  });

  it("walks from cell to cell and stops at the edges", () => {
    const { app, actions } = appWith(series("a", [0]));
    load(app, "a", 0, 1);
    actions.moveSelection(1, 0);
    expect(app.selection.value).toEqual({ trueClass: 0, predClass: 0 });
    actions.moveSelection(1, 5);
    expect(app.selection.value).toEqual({ trueClass: 1, predClass: 1 });
  });

  it("holds a locked colour range over steps, for what it is a range of", () => {
    const { app, actions } = appWith(series("a", [0, 1]));
    load(app, "a", 0, 10);
    load(app, "a", 1, 500);
    app.view.normalize.value = "counts";
    actions.goTo(0);
    actions.lockColours(true);
    actions.goTo(1);
    expect(app.colourRange.value.max).toBe(10);
    app.view.normalize.value = "all";
    expect(app.colourRange.value.max).toBe(1);
    app.view.normalize.value = "counts";
    actions.lockColours(false);
    expect(app.colourRange.value.max).toBe(500);
  });

  it("has nothing to show without data", () => {
    const { app, actions } = appWith();
    actions.moveSelection(1, 1);
    actions.goBy(1);
    actions.goToEnd("last");
    expect([app.playhead.value, app.cards.value, app.focusedCard.value]).toEqual([null, [], null]);
  });
});
