import { nextTask } from "./next_task";

/** Work goes on this long before the page gets to draw. */
const SLICE_MS = 12;

/** Does some work step by step, between whatever else there is to do; gives up when it isn't wanted any longer. */
export async function runInSlices(steps: Iterator<void>, isWanted: () => boolean): Promise<boolean> {
  let sliceEnd = performance.now() + SLICE_MS;
  while (!steps.next().done) {
    if (performance.now() < sliceEnd) continue;
    await nextTask();
    if (!isWanted()) return false;
    sliceEnd = performance.now() + SLICE_MS;
  }
  return true;
}
