import { describe, expect, it } from "vitest";
import { ByteCache } from "./byte_cache";
import { Fetcher } from "./fetcher";

/** A fetcher whose answers come when the test says so. */
function controlled() {
  const started: string[] = [];
  const done: string[] = [];
  const answers = new Map<string, { resolve: (value: string) => void; reject: (error: Error) => void; signal: AbortSignal }>();
  const fetcher = new Fetcher<string, string>(
    (key) => key,
    (key, signal) =>
      new Promise((resolve, reject) => {
        started.push(key);
        answers.set(key, { resolve, reject, signal });
      }),
    (key, value) => done.push(`${key}=${value}`),
    (key, message) => done.push(`${key}: ${message}`),
  );
  return { fetcher, started, done, answers };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

describe("Fetcher", () => {
  it("fetches what is wanted, once", () => {
    const { fetcher, started } = controlled();
    fetcher.want(["a", "b"]);
    fetcher.want(["a", "b"]);
    expect(started).toEqual(["a", "b"]);
  });

  it("never tells an answer that is wanted no longer", async () => {
    const { fetcher, done, answers } = controlled();
    fetcher.want(["old"]);
    const old = answers.get("old");
    fetcher.want(["new"]);
    expect(old?.signal.aborted).toBe(true);
    old?.resolve("late");
    answers.get("new")?.resolve("right");
    await settle();
    expect(done).toEqual(["new=right"]);
  });

  it("tells an error of what is wanted, and none of what was given up", async () => {
    const { fetcher, done, answers } = controlled();
    fetcher.want(["a"]);
    answers.get("a")?.reject(new Error("no"));
    await settle();
    expect(done).toEqual(["a: no"]);
    fetcher.want(["b"]);
    const b = answers.get("b");
    fetcher.dispose();
    b?.reject(new Error("aborted"));
    await settle();
    expect(done).toEqual(["a: no"]);
  });

  it("fetches again what is wanted again after it was given up", async () => {
    const { fetcher, started, done, answers } = controlled();
    fetcher.want(["a"]);
    fetcher.want([]);
    fetcher.want(["a"]);
    answers.get("a")?.resolve("2");
    await settle();
    expect(started).toEqual(["a", "a"]);
    expect(done).toEqual(["a=2"]);
  });
});

describe("ByteCache", () => {
  it("keeps what was used last, up to its bytes", () => {
    const cache = new ByteCache<string>(10);
    cache.set("a", "A", 4);
    cache.set("b", "B", 4);
    cache.get("a");
    cache.set("c", "C", 4);
    expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["A", undefined, "C"]);
  });

  it("keeps what alone is too large until the next comes", () => {
    const cache = new ByteCache<string>(10);
    cache.set("huge", "H", 99);
    expect(cache.get("huge")).toBe("H");
    cache.set("a", "A", 1);
    expect(cache.has("huge")).toBe(false);
  });

  it("keeps what is pinned, whatever its size", () => {
    const cache = new ByteCache<string>(10);
    const isPinned = (key: string) => key !== "c";
    for (const key of ["a", "b", "c", "d"]) cache.set(key, key, 8, isPinned);
    expect(["a", "b", "c", "d"].map((key) => cache.has(key))).toEqual([true, true, false, true]);
  });

  it("counts a value that is set again once", () => {
    const cache = new ByteCache<string>(10);
    for (let i = 0; i < 5; i++) cache.set("a", "A", 6);
    cache.set("b", "B", 4);
    expect(cache.get("a")).toBe("A");
  });
});
