import { describe, expect, it } from "vitest";
import { readLink, writeLink } from "./link";
import { ViewState } from "./view_state";

describe("link", () => {
  it("keeps the tab and other plugins' keys", () => {
    const hash = "#confusion&p.other.x=1&p.confusion.step=3";
    expect(writeLink(hash, new Map([["step", "4"]]))).toBe("#confusion&p.other.x=1&p.confusion.step=4");
  });

  it("says nothing about defaults", () => {
    expect(writeLink("#confusion", new ViewState().save())).toBe("#confusion");
  });

  it("encodes what would break it", () => {
    const link = new Map([["filter", "a=b&c#d %"]]);
    expect(readLink(writeLink("#confusion", link))).toEqual(link);
  });

  it("passes over what it doesn't know and escapes that are cut off", () => {
    expect(readLink("#confusion&p.confusion.step=%E0%A4%A&x=1&p.confusion.tag")).toEqual(new Map());
  });
});

describe("ViewState", () => {
  it("comes back from a link as it was", () => {
    const state = new ViewState();
    state.runFilter.value = "^s.d$";
    state.runTicks.value = new Map([
      ["a,b", true],
      ["c/d e", false],
    ]);
    state.tags.value = ["val/confusion", "tr,ain"];
    state.step.value = -12;
    state.normalize.value = "all";
    state.scale.value = "log";
    state.isErrorsOnly.value = true;
    state.isTransposed.value = true;
    state.lock.value = { normalize: "all", scale: "log", min: 0.001, max: 0.25 };
    state.viewport.value = { firstTrue: 1.5, firstPred: 2, span: 4 };
    state.selection.value = { trueClass: 3, predClass: 5 };
    state.focus.value = ["sgd", "val/confusion"];
    const other = new ViewState();
    other.load(readLink(writeLink("#confusion", state.save())));
    expect(other.save()).toEqual(state.save());
    expect(other.runTicks.value).toEqual(state.runTicks.value);
    expect(other.selection.value).toEqual(state.selection.value);
  });

  it.each([
    ["step", "1e3"],
    ["step", ""],
    ["normalize", "rows"],
    ["scale", "sqrt"],
    ["zoom", "1,2"],
    ["zoom", "1,2,0"],
    ["zoom", "a,b,c"],
    ["cell", "1.5,2"],
    ["cell", "-1,0"],
    ["tag", "%E0"],
    ["on", "one"],
    ["lock", "true,linear,0"],
    ["lock", "true,linear,0,0"],
    ["lock", "rows,linear,0,1"],
    ["view", "nothing"],
  ])("takes an invalid %s=%s for the default", (key, value) => {
    const state = new ViewState();
    state.load(new Map([[key, value]]));
    expect(state.save()).toEqual(new Map());
  });

  it("goes back to the default where a link no longer says anything", () => {
    const state = new ViewState();
    state.load(new Map([["normalize", "pred"]]));
    state.load(new Map());
    expect(state.normalize.value).toBe("true");
  });
});
