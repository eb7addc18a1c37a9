import type { Arrangement } from "./arrangement";
import { countBetween } from "./arrangement";
import { entriesIn, type NamedMatrix, sumOver } from "./baseline";
import { type Interval, wilsonInterval } from "./intervals";
import type { ConfusionMatrix } from "./matrix";
import { denominatorOf, ratio } from "./normalize";
import type { Ranking } from "./ranking";
import { type RateChange, type RatePair, rateChanges } from "./rate_change";

/** A share that confusions are told as. */
export type Share = "true" | "pred" | "all";

/** One way in which one entry is taken for another. */
export interface ConfusionRow {
  readonly trueClass: number;
  readonly predClass: number;
  readonly count: number;
  readonly outOf: number;
  readonly rate: number;
  readonly interval: Interval | null;
  /** The other direction: how often the predicted one is taken for the true one. */
  readonly mirroredCount: number;
  readonly mirroredRate: number;
  readonly change: RateChange | null;
}

/** Which confusions there are, and which of them are told. */
export interface ConfusionTable {
  /** Strongest first. */
  readonly rows: readonly ConfusionRow[];
  /** Left out for being a share of too few samples. */
  readonly numHidden: number;
  /** All samples off the diagonal. */
  readonly numErrors: number;
}

/**
 * All confusions of a matrix, ranked.
 *
 * @param minOutOf the fewest samples that a rate may be a share of; counts are ranked whatever they are shares of.
 */
export function confusionTable(
  arrangement: Arrangement,
  now: NamedMatrix,
  baseline: NamedMatrix | null,
  share: Share,
  ranking: Ranking,
  minOutOf: number,
): ConfusionTable {
  const arranged = arrangement.matrix(now.matrix);
  const all = rowsOf(arranged, share);
  const told = ranking === "count" ? all : all.filter((row) => row.outOf >= minOutOf);
  const rows = baseline ? withChanges(told, arrangement, now, baseline, share) : told;
  const value = VALUES[ranking];
  const ranked = [...rows].sort((a, b) => compare(value(a), value(b)) || b.count - a.count);
  return { rows: ranked, numHidden: all.length - told.length, numErrors: all.reduce((sum, row) => sum + row.count, 0) };
}

/** The share of all errors that the first rows hold. */
export function shareOfErrors(table: ConfusionTable, numRows: number): number {
  return ratio(
    table.rows.slice(0, numRows).reduce((sum, row) => sum + row.count, 0),
    table.numErrors,
  );
}

const VALUES: Record<Ranking, (row: ConfusionRow) => number> = {
  count: (row) => row.count,
  rate: (row) => row.rate,
  // Weighted samples have no interval: their rates are ranked.
  lower_bound: (row) => row.interval?.[0] ?? row.rate,
  asymmetry: (row) => row.rate - (row.mirroredRate || 0),
  change: (row) => row.change?.delta ?? Number.NaN,
};

/** Largest first, NaN last. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return b - a;
}

function rowsOf(matrix: ConfusionMatrix, share: Share): ConfusionRow[] {
  const rows: ConfusionRow[] = [];
  matrix.cellCounts.forEach((count, i) => {
    const cell = { trueClass: matrix.trueClasses[i] as number, predClass: matrix.predClasses[i] as number };
    if (cell.trueClass === cell.predClass) return;
    const mirrored = { trueClass: cell.predClass, predClass: cell.trueClass };
    const outOf = denominatorOf(matrix, share, cell);
    const mirroredCount = matrix.countAt(mirrored);
    rows.push({
      ...cell,
      count,
      outOf,
      rate: ratio(count, outOf),
      interval: matrix.isWeighted ? null : wilsonInterval(count, outOf),
      mirroredCount,
      mirroredRate: ratio(mirroredCount, denominatorOf(matrix, share, mirrored)),
      change: null,
    });
  });
  return rows;
}

function withChanges(
  rows: readonly ConfusionRow[],
  arrangement: Arrangement,
  now: NamedMatrix,
  baseline: NamedMatrix,
  share: Share,
): ConfusionRow[] {
  const entries = entriesIn(arrangement, now, baseline);
  const before = baseline.matrix;
  const pairs = rows.map((row): RatePair => {
    const [from, to] = [entries[row.trueClass], entries[row.predClass]];
    const after = { countAfter: row.count, outOfAfter: row.outOf };
    if (!from || !to) return { countBefore: 0, outOfBefore: 0, ...after };
    const outOf = {
      true: () => sumOver(before.support, from.classes),
      pred: () => sumOver(before.predictedCount, to.classes),
      all: () => before.total,
    };
    return { countBefore: countBetween(before, from, to), outOfBefore: outOf[share](), ...after };
  });
  const changes = rateChanges(pairs, now.matrix.isWeighted || before.isWeighted);
  return rows.map((row, i) => ({ ...row, change: changes[i] ?? null }));
}
