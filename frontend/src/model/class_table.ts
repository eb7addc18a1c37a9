import { memoise } from "../util/memoise";
import { resultOf } from "../util/slices";
import type { Arrangement } from "./arrangement";
import { entriesIn, type NamedMatrix, recallPair } from "./baseline";
import { errorsOf } from "./class_order";
import type { Interval } from "./intervals";
import type { ConfusionMatrix } from "./matrix";
import { type ClassMetrics, classMetrics, classRates } from "./metrics";
import { type RateChange, type RatePair, rateChangeSteps } from "./rate_change";

/** One entry in figures. */
export interface ClassRow extends ClassMetrics {
  readonly entry: number;
  readonly name: string;
  readonly errors: number;
  /** Of its recall since the baseline; null without a baseline. */
  readonly change: RateChange | null;
}

/** What classes can be sorted by. */
export const CLASS_COLUMNS = ["name", "support", "predicted", "recall", "precision", "f1", "errors", "change"] as const;

const ENTRIES_A_STEP = 512;

const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

interface Known {
  readonly arrangement: Arrangement;
  readonly baseline: NamedMatrix | null;
  readonly rows: readonly ClassRow[];
}

const lastRows = memoise((_: ConfusionMatrix): { known: Known | null } => ({ known: null }));

/** A row an entry, in the order of the entries; the same rows for the same question. */
export function classRows(arrangement: Arrangement, now: NamedMatrix, baseline: NamedMatrix | null): readonly ClassRow[] {
  return resultOf(classRowSteps(arrangement, now, baseline));
}

/** The same, a step at a time. */
export function* classRowSteps(
  arrangement: Arrangement,
  now: NamedMatrix,
  baseline: NamedMatrix | null,
): Generator<void, readonly ClassRow[]> {
  const last = lastRows(now.matrix);
  const { known } = last;
  const isSame = known?.arrangement === arrangement && known.baseline?.matrix === baseline?.matrix;
  if (isSame && known.baseline?.classNames === baseline?.classNames) return known.rows;
  const rows = yield* makeRows(arrangement, now, baseline);
  last.known = { arrangement, baseline, rows };
  return rows;
}

function* makeRows(arrangement: Arrangement, now: NamedMatrix, baseline: NamedMatrix | null): Generator<void, ClassRow[]> {
  const changes = baseline && (yield* recallChangeSteps(arrangement, now, baseline));
  yield;
  const arranged = arrangement.matrix(now.matrix);
  yield;
  const rows: ClassRow[] = [];
  for (const { name } of arrangement.entries) {
    if (rows.length % ENTRIES_A_STEP === 0) yield;
    rows.push(new EntryRow(arranged, rows.length, name, changes?.[rows.length] ?? null));
  }
  return rows;
}

/** Of many classes few are looked at: intervals are worked out when they are. */
class EntryRow implements ClassRow {
  readonly support: number;
  readonly predictedCount: number;
  readonly recall: number;
  readonly precision: number;
  readonly f1: number;
  readonly errors: number;

  constructor(
    private readonly matrix: ConfusionMatrix,
    readonly entry: number,
    readonly name: string,
    readonly change: RateChange | null,
  ) {
    ({
      support: this.support,
      predictedCount: this.predictedCount,
      recall: this.recall,
      precision: this.precision,
      f1: this.f1,
    } = classRates(matrix, entry));
    this.errors = errorsOf(matrix, entry);
  }

  get recallInterval(): Interval | null {
    return classMetrics(this.matrix, this.entry).recallInterval;
  }

  get precisionInterval(): Interval | null {
    return classMetrics(this.matrix, this.entry).precisionInterval;
  }
}

/** How the recall of each entry has changed. */
function* recallChangeSteps(arrangement: Arrangement, now: NamedMatrix, baseline: NamedMatrix): Generator<void, RateChange[]> {
  const before = entriesIn(arrangement, now, baseline);
  yield;
  const pairs: RatePair[] = [];
  for (const entry of arrangement.entries) {
    if (pairs.length % ENTRIES_A_STEP === 0) yield;
    const known = before[pairs.length] ?? null;
    pairs.push(recallPair(baseline.matrix, now.matrix, [known, known], [entry, entry]));
  }
  return yield* rateChangeSteps(pairs, now.matrix.isWeighted || baseline.matrix.isWeighted);
}

/** Rows by a column, those without a value last whatever the direction, ties in the order that they came in. */
export function sortedRows(rows: readonly ClassRow[], column: string, isDescending: boolean): ClassRow[] {
  const sign = isDescending ? -1 : 1;
  if (column === "name") return [...rows].sort((a, b) => sign * COLLATOR.compare(a.name, b.name));
  const toValue = VALUES[column];
  if (!toValue) return [...rows];
  return [...rows].sort((a, b) => {
    const [x, y] = [toValue(a), toValue(b)];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    return sign * (x - y);
  });
}

const VALUES: Record<string, (row: ClassRow) => number> = {
  support: (row) => row.support,
  predicted: (row) => row.predictedCount,
  recall: (row) => row.recall,
  precision: (row) => row.precision,
  f1: (row) => row.f1,
  errors: (row) => row.errors,
  change: (row) => row.change?.delta ?? Number.NaN,
};
