import type { Arrangement } from "./arrangement";
import { SIGNIFICANT_Q } from "./comparison";
import { adjustedPValues } from "./false_discovery";
import { ratio } from "./normalize";
import { differencePValue } from "./proportions";
import { dataOf, marginsUnder, type SeriesHistory } from "./series_history";

/** A class that was once known better. */
export interface Forgotten {
  readonly entry: number;
  /** From here on its recall lies significantly below its best. */
  readonly step: number;
  readonly bestStep: number;
}

const known = new WeakMap<SeriesHistory, { arrangement: Arrangement; forgotten: readonly Forgotten[] }>();

/**
 * The classes whose recall fell significantly from their best earlier step, and has stayed so until the last step.
 *
 * At each step a class is tested against its best step before (two-sided, unpaired). Since the best of several steps is lucky
 * in part, the p-value is multiplied by their number (Bonferroni); of all classes at a step those are taken that hold at a false
 * discovery rate of 5 % (Benjamini-Hochberg). Weighted samples aren't tested.
 */
export function forgottenClasses(history: SeriesHistory, arrangement: Arrangement): readonly Forgotten[] {
  const last = known.get(history);
  if (last?.arrangement === arrangement) return last.forgotten;
  const forgotten = findForgotten(history, arrangement);
  known.set(history, { arrangement, forgotten });
  return forgotten;
}

function findForgotten(history: SeriesHistory, arrangement: Arrangement): Forgotten[] {
  const data = dataOf(history, arrangement);
  const margins = data.map((datum) => marginsUnder(datum.matrix, arrangement));
  if (margins.some((one) => one.isWeighted)) return [];
  const hits = (at: number, entry: number) => [margins[at]?.truePositives[entry] ?? 0, margins[at]?.support[entry] ?? 0] as const;
  const recall = (at: number, entry: number) => ratio(...hits(at, entry));
  const entries = [...arrangement.entries.keys()];
  const best = entries.map(() => 0);
  const since: ({ at: number; best: number } | null)[] = entries.map(() => null);
  for (let at = 1; at < data.length; at++) {
    for (const entry of entries) if (!(recall(at - 1, entry) <= recall(best[entry] as number, entry))) best[entry] = at - 1;
    const pValues = entries.map((entry) =>
      Math.min(1, at * differencePValue(...hits(best[entry] as number, entry), ...hits(at, entry))),
    );
    adjustedPValues(pValues).forEach((adjusted, entry) => {
      const isFallen = adjusted <= SIGNIFICANT_Q && recall(at, entry) < recall(best[entry] as number, entry);
      if (!isFallen) since[entry] = null;
      else since[entry] ??= { at, best: best[entry] as number };
    });
  }
  return since.flatMap((fall, entry) =>
    fall ? [{ entry, step: data[fall.at]?.step as number, bestStep: data[fall.best]?.step as number }] : [],
  );
}
