import { type Arrangement, countBetween, type Entry } from "./arrangement";
import { hasSameClasses, matchClasses } from "./class_match";
import type { ConfusionMatrix } from "./matrix";
import type { RatePair } from "./rate_change";

/** A matrix and what its classes are called; null: they are known by their indices. */
export interface NamedMatrix {
  readonly matrix: ConfusionMatrix;
  readonly classNames: readonly string[] | null;
}

/** The entries of an arrangement in another matrix, its classes matched by name; null for those that aren't all there. */
export function entriesIn(arrangement: Arrangement, from: NamedMatrix, to: NamedMatrix): (Entry | null)[] {
  const classes = [from.classNames, from.matrix.numClasses, to.classNames, to.matrix.numClasses] as const;
  if (hasSameClasses(...classes)) return [...arrangement.entries];
  const { pairs } = matchClasses(...classes);
  const matched = new Map(pairs.map((pair) => [pair.classA, pair.classB]));
  return arrangement.entries.map((entry) => {
    const there = entry.classes.flatMap((one) => matched.get(one) ?? []);
    return there.length === entry.classes.length ? { ...entry, classes: there } : null;
  });
}

/** How often true entries were predicted as another, out of their support, before and now; nulls are never, out of none. */
export function recallPair(
  before: ConfusionMatrix,
  now: ConfusionMatrix,
  [trueBefore, predBefore]: readonly [Entry | null, Entry | null],
  [trueNow, predNow]: readonly [Entry, Entry],
): RatePair {
  return {
    countBefore: trueBefore && predBefore ? countBetween(before, trueBefore, predBefore) : 0,
    outOfBefore: trueBefore && predBefore ? sumOver(before.support, trueBefore.classes) : 0,
    countAfter: countBetween(now, trueNow, predNow),
    outOfAfter: sumOver(now.support, trueNow.classes),
  };
}

/** The sum of what some classes have. */
export function sumOver(counts: Float64Array, classes: readonly number[]): number {
  let total = 0;
  for (const one of classes) total += counts[one] ?? 0;
  return total;
}
