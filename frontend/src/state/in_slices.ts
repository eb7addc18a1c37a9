import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import { runInSlices, runSlice } from "../util/slices";

/**
 * What some steps make: at once where a slice holds them all, else, between whatever else there is to do, later. Until then it is what
 * the last steps made, so that nothing vanishes and comes back.
 *
 * @param start begins the steps, and reads all that they depend on; null: there is nothing to work out, and nothing to show.
 */
export function inSlices<T>(start: () => Iterator<void, T> | null): ReadonlySignal<T | null> {
  let wanted: Iterator<void, T> | null = null;
  let last: T | null = null;
  const latest = computed(() => {
    const steps = start();
    wanted = steps;
    const done = steps && runSlice(steps);
    if (done || !steps) last = done?.result ?? null;
    const result = signal(last);
    const goOn = async (rest: Iterator<void, T>) => {
      const late = await runInSlices(rest, () => wanted === rest);
      if (late) last = result.value = late.result;
    };
    if (steps && !done) void goOn(steps);
    return result;
  });
  return computed(() => latest.value.value);
}
