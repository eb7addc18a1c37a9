import { effect, signal } from "@preact/signals-core";
import { describe, expect, it, vi } from "vitest";
import { inSlices } from "./in_slices";

/** Steps that take longer than a slice. */
function* slow(name: string): Generator<void, string> {
  for (let i = 0; i < 12; i++) {
    const end = performance.now() + 5;
    while (performance.now() < end);
    yield;
  }
  return name;
}

function* quick(name: string): Generator<void, string> {
  yield;
  return name;
}

describe("inSlices", () => {
  it("has at once what is worked out at once, and nothing where there is nothing to work out", () => {
    const name = signal<string | null>("a");
    const value = inSlices(() => (name.value === null ? null : quick(name.value)));
    expect(value.value).toBe("a");
    name.value = null;
    expect(value.value).toBeNull();
  });

  it("has the rest later, the last until then, and nothing that isn't wanted any longer", async () => {
    const name = signal("first");
    const value = inSlices(() => (name.value === "first" ? quick(name.value) : slow(name.value)));
    const seen: (string | null)[] = [];
    const stop = effect(() => void seen.push(value.value));
    name.value = "second";
    name.value = "third";
    await vi.waitFor(() => expect(value.value).toBe("third"));
    stop();
    expect(new Set(seen)).toEqual(new Set(["first", "third"]));
  });
});
