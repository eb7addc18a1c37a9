/** One (run, tag) as the server lists it; steps ascend. */
export interface Series {
  readonly run: string;
  readonly tag: string;
  readonly numClasses: number | null;
  readonly steps: readonly number[];
  readonly wallTimes: readonly number[];
  readonly title: string;
  readonly warnings: readonly string[];
}

/** What a series says of its classes. */
export interface ClassInfo {
  readonly classNames: readonly string[] | null;
  readonly classNamesHash: string;
  /** The group of each class, or null; an empty name is no group. */
  readonly classGroups: readonly string[] | null;
  /** A class that isn't a real one, such as a background. */
  readonly specialClass: number | null;
  readonly description: string;
}

/** A step of a series that somebody chose; without a step, that at the playhead. */
export interface DatumRef {
  readonly run: string;
  readonly tag: string;
  readonly step: number | null;
}

/** One step of a series, as it is asked for. */
export interface DatumKey {
  readonly run: string;
  readonly tag: string;
  readonly step: number;
  readonly wallTime: number;
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

export function seriesId(series: { run: string; tag: string }): string {
  return JSON.stringify([series.run, series.tag]);
}

export function datumId(key: DatumKey): string {
  return JSON.stringify([key.run, key.tag, key.step, key.wallTime]);
}

/** The runs in the order in which people count: run2 before run10. */
export function runsOf(listing: readonly Series[]): string[] {
  return sortedUnique(listing.map((series) => series.run));
}

/** A run that TensorBoard can't list has an entry without a tag, which only says why. */
export function tagsOf(listing: readonly Series[]): string[] {
  return sortedUnique(listing.filter(({ tag, steps }) => tag !== "" || steps.length > 0).map((series) => series.tag));
}

/** The tag to begin with: of what was held out rather than of what was trained on. */
export function defaultTag(tags: readonly string[]): string | null {
  return tags.find((tag) => /val|eval|test|dev/i.test(tag)) ?? tags[0] ?? null;
}

/** All steps that any of the series has, ascending. */
export function unionOfSteps(series: readonly Series[]): number[] {
  return [...new Set(series.flatMap((one) => one.steps))].sort((a, b) => a - b);
}

/** The series' datum at a step, else the last one before it; null if it begins later. */
export function datumAt(series: Series, step: number): DatumKey | null {
  const index = series.steps.findLastIndex((one) => one <= step);
  if (index < 0) return null;
  return { run: series.run, tag: series.tag, step: series.steps[index] as number, wallTime: series.wallTimes[index] as number };
}

/** The neighbour of a step in a list of steps, `by` places on; stays at the ends. */
export function stepBy(steps: readonly number[], step: number, by: number): number {
  const index = nearestIndex(steps, step);
  return steps[Math.min(Math.max(index + by, 0), steps.length - 1)] ?? step;
}

/** The step of a list that is nearest to a number. */
export function nearestStep(steps: readonly number[], step: number): number {
  return steps[nearestIndex(steps, step)] ?? step;
}

function nearestIndex(steps: readonly number[], step: number): number {
  let nearest = 0;
  steps.forEach((one, i) => {
    if (Math.abs(one - step) < Math.abs((steps[nearest] as number) - step)) nearest = i;
  });
  return nearest;
}

/** Whether a run's name passes the filter: a regular expression as in TensorBoard, or, if it isn't one, a part of the name. */
export function passesFilter(run: string, filter: string): boolean {
  try {
    return new RegExp(filter, "i").test(run);
  } catch {
    return run.toLowerCase().includes(filter.toLowerCase());
  }
}

function sortedUnique(names: readonly string[]): string[] {
  return [...new Set(names)].sort(COLLATOR.compare);
}
