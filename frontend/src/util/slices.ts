import { isTaskLong, nextTask } from "./next_task";

/** Does some work step by step, after and between whatever else there is to do; null: it was given up, being wanted no longer. */
export async function runInSlices<T>(steps: Iterator<void, T>, isWanted: () => boolean): Promise<{ result: T } | null> {
  for (;;) {
    await nextTask();
    if (!isWanted()) return null;
    const done = runSlice(steps);
    if (done) return done;
  }
}

/** Does a step, and more until the task has gone on for long; null while there is more to do. */
export function runSlice<T>(steps: Iterator<void, T>): { result: T } | null {
  do {
    const { done, value } = steps.next();
    if (done) return { result: value };
  } while (!isTaskLong());
  return null;
}

/** What some steps make, without a break. */
export function resultOf<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
