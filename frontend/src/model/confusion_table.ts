import { memoise } from "../util/memoise";
import { resultOf } from "../util/slices";
import { byDescendingKey } from "../util/sorted";
import type { Arrangement, Entry } from "./arrangement";
import { countBetween } from "./arrangement";
import { entriesIn, type NamedMatrix, sumOver } from "./baseline";
import { SIGNIFICANT_Q } from "./comparison";
import { adjustedPValueSteps } from "./false_discovery";
import { type Interval, wilsonInterval } from "./intervals";
import type { Cell, ConfusionMatrix } from "./matrix";
import { denominatorOf, ratio } from "./normalize";
import { differenceInterval, differencePValue } from "./proportions";
import type { Ranking } from "./ranking";
import type { RateChange } from "./rate_change";

/** Up to so many rows are tested when the table is made. */
const MAX_ROWS_AT_ONCE = 5000;
const ROWS_A_STEP = 512;

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

/** What confusions are ranked by, and told against. */
export interface ConfusionQuery {
  readonly share: Share;
  readonly ranking: Ranking;
  /** The fewest samples that a rate may be a share of; counts are ranked whatever they are shares of. */
  readonly minOutOf: number;
  readonly baseline: NamedMatrix | null;
}

interface Known {
  readonly query: ConfusionQuery;
  readonly arrangement: Arrangement;
  readonly table: ConfusionTable;
}

const lastTable = memoise((_: ConfusionMatrix): { known: Known | null } => ({ known: null }));

/** All confusions of a matrix, ranked, a step at a time: there may be some hundred thousand. The same table for the same question. */
export function* confusionTableSteps(
  arrangement: Arrangement,
  now: NamedMatrix,
  query: ConfusionQuery,
): Generator<void, ConfusionTable> {
  const last = lastTable(now.matrix);
  const { known } = last;
  if (known?.arrangement === arrangement && isSameQuery(known.query, query)) return known.table;
  const table = new ConfusionTable(arrangement, now, query);
  yield* table.rank();
  last.known = { query, arrangement, table };
  return table;
}

function isSameQuery(a: ConfusionQuery, b: ConfusionQuery): boolean {
  const isAlike = a.share === b.share && a.ranking === b.ranking && a.minOutOf === b.minOutOf;
  return isAlike && a.baseline?.matrix === b.baseline?.matrix && a.baseline?.classNames === b.baseline?.classNames;
}

/** Which confusions there are, strongest first. There may be some hundred thousand: a row is made when it is looked at. */
export class ConfusionTable {
  /** Samples off the diagonal, those of rows that aren't told too. */
  numErrors = 0;
  /** Left out for being a share of too few samples. */
  numHidden = 0;
  private readonly matrix: ConfusionMatrix;
  /** Places of cells, ranked. */
  private cells: Uint32Array = new Uint32Array(0);
  private readonly before: Before | null;

  constructor(
    arrangement: Arrangement,
    now: NamedMatrix,
    private readonly query: ConfusionQuery,
  ) {
    this.matrix = arrangement.matrix(now.matrix);
    this.before = query.baseline && new Before(arrangement, now, query.baseline, query.share);
  }

  /** To be done before anything else. */
  *rank(): Generator<void> {
    yield;
    const { ranking, minOutOf } = this.query;
    const errors = errorCells(this.matrix);
    yield;
    const told = ranking === "count" ? errors : errors.filter((cell) => this.outOf(cell) >= minOutOf);
    for (const cell of errors) this.numErrors += this.matrix.cellCounts[cell] as number;
    this.numHidden = errors.length - told.length;
    yield;
    this.cells = yield* this.ranked(told);
    if (this.numRows <= MAX_ROWS_AT_ONCE) this.testAll();
  }

  get numRows(): number {
    return this.cells.length;
  }

  row(rank: number): ConfusionRow {
    const cell = this.cells[rank] as number;
    const { matrix } = this;
    const { trueClass, predClass } = this.cellAt(cell);
    const [count, outOf] = [matrix.cellCounts[cell] as number, this.outOf(cell)];
    return {
      trueClass,
      predClass,
      count,
      outOf,
      rate: ratio(count, outOf),
      interval: matrix.isWeighted ? null : wilsonInterval(count, outOf),
      mirroredCount: this.mirroredCount(cell),
      mirroredRate: this.mirroredRate(cell),
      change: this.before && this.changeOf(cell, this.before),
    };
  }

  /** All rows, for a file. */
  allRows(): ConfusionRow[] {
    this.testAll();
    return Array.from(this.cells, (_, rank) => this.row(rank));
  }

  /** The rank of a cell; -1 where it isn't among the rows. */
  rankOf(wanted: Cell | null): number {
    if (wanted === null) return -1;
    return this.cells.findIndex((cell) => {
      const { trueClass, predClass } = this.cellAt(cell);
      return trueClass === wanted.trueClass && predClass === wanted.predClass;
    });
  }

  /** The share of all errors that the first rows hold. */
  shareOfErrors(numRows: number): number {
    const held = this.cells.subarray(0, numRows).reduce((sum, cell) => sum + (this.matrix.cellCounts[cell] as number), 0);
    return ratio(held, this.numErrors);
  }

  private cellAt(cell: number): Cell {
    return { trueClass: this.matrix.trueClasses[cell] as number, predClass: this.matrix.predClasses[cell] as number };
  }

  private outOf(cell: number): number {
    return denominatorOf(this.matrix, this.query.share, this.cellAt(cell));
  }

  private mirroredCount(cell: number): number {
    const { trueClass, predClass } = this.cellAt(cell);
    return this.matrix.countAt({ trueClass: predClass, predClass: trueClass });
  }

  private mirroredRate(cell: number): number {
    const { trueClass, predClass } = this.cellAt(cell);
    const mirrored = { trueClass: predClass, predClass: trueClass };
    return ratio(this.mirroredCount(cell), denominatorOf(this.matrix, this.query.share, mirrored));
  }

  /** Largest value first, NaN last; ties by count, then in row-major order. */
  private *ranked(told: Uint32Array): Generator<void, Uint32Array> {
    const { cellCounts } = this.matrix;
    const values = new Float64Array(cellCounts.length);
    for (let i = 0; i < told.length; i++) {
      values[told[i] as number] = this.valueOf(told[i] as number);
      if (i % ROWS_A_STEP === 0) yield;
    }
    const byCount = byDescendingKey(told, (cell) => cellCounts[cell] as number);
    yield;
    const ranked = this.query.ranking === "count" ? byCount : byDescendingKey(byCount, (cell) => values[cell] as number);
    // Those keys are rounded: neighbours may stand the wrong way round.
    for (let rank = 1; rank < ranked.length; rank++) {
      if (rank % ROWS_A_STEP === 0) yield;
      const cell = ranked[rank] as number;
      let place = rank;
      for (; place > 0 && this.isBefore(cell, ranked[place - 1] as number, values); place--)
        ranked[place] = ranked[place - 1] as number;
      ranked[place] = cell;
    }
    return ranked;
  }

  private isBefore(cell: number, other: number, values: Float64Array): boolean {
    const [x, y] = [values[cell] as number, values[other] as number];
    if (x !== y && !(Number.isNaN(x) && Number.isNaN(y))) return x > y || Number.isNaN(y);
    const [count, otherCount] = [this.matrix.cellCounts[cell] as number, this.matrix.cellCounts[other] as number];
    return count === otherCount ? cell < other : count > otherCount;
  }

  private valueOf(cell: number): number {
    const count = this.matrix.cellCounts[cell] as number;
    const { ranking } = this.query;
    if (ranking === "count") return count;
    const rate = ratio(count, this.outOf(cell));
    if (ranking === "asymmetry") return rate - (this.mirroredRate(cell) || 0);
    if (ranking === "change") return this.before?.deltaOf(this.cellAt(cell), rate) ?? Number.NaN;
    // Weighted samples have no interval: their rates are ranked.
    return ranking === "rate" || this.matrix.isWeighted ? rate : (wilsonInterval(count, this.outOf(cell))?.[0] ?? rate);
  }

  private changeOf(cell: number, before: Before): RateChange {
    const at = this.cellAt(cell);
    const [count, outOf] = [this.matrix.cellCounts[cell] as number, this.outOf(cell)];
    return {
      delta: before.deltaOf(at, ratio(count, outOf)),
      interval: this.isWeighted ? null : differenceInterval(before.countOf(at), before.outOf(at), count, outOf),
      isSignificant: this.significance?.[cell] === 1,
    };
  }

  private significance: Uint8Array | null = null;

  /** Whether it is known which rows have changed significantly; of many rows that takes a while, and is asked for with `test`. */
  get isTested(): boolean {
    return this.before === null || this.isWeighted || this.significance !== null;
  }

  private testAll(): void {
    resultOf(this.test());
  }

  /** Tests which rows have changed, at a false discovery rate of 5 % over all of them, a step at a time. */
  *test(): Generator<void> {
    if (this.isTested || this.before === null) return;
    const pValues = new Float64Array(this.numRows);
    for (let rank = 0; rank < pValues.length; rank++) {
      const cell = this.cells[rank] as number;
      const at = this.cellAt(cell);
      const now = [this.matrix.cellCounts[cell] as number, this.outOf(cell)] as const;
      pValues[rank] = differencePValue(this.before.countOf(at), this.before.outOf(at), ...now);
      if (rank % ROWS_A_STEP === 0) yield;
    }
    const adjusted = yield* adjustedPValueSteps(pValues);
    const significance = new Uint8Array(this.matrix.numCells);
    this.cells.forEach((cell, rank) => {
      significance[cell] = Number((adjusted[rank] as number) <= SIGNIFICANT_Q);
    });
    this.significance = significance;
  }

  private get isWeighted(): boolean {
    return this.matrix.isWeighted || this.query.baseline?.matrix.isWeighted === true;
  }
}

function errorCells(matrix: ConfusionMatrix): Uint32Array {
  const cells = new Uint32Array(matrix.numCells);
  let size = 0;
  for (let cell = 0; cell < matrix.numCells; cell++)
    if (matrix.trueClasses[cell] !== matrix.predClasses[cell]) cells[size++] = cell;
  return cells.slice(0, size);
}

/** The same cells in the baseline; what it doesn't have is never, out of none. */
class Before {
  private readonly entries: readonly (Entry | null)[];
  private readonly matrix: ConfusionMatrix;

  constructor(
    arrangement: Arrangement,
    now: NamedMatrix,
    baseline: NamedMatrix,
    private readonly share: Share,
  ) {
    this.entries = entriesIn(arrangement, now, baseline);
    this.matrix = baseline.matrix;
  }

  countOf({ trueClass, predClass }: Cell): number {
    const [from, to] = [this.entries[trueClass], this.entries[predClass]];
    return from && to ? countBetween(this.matrix, from, to) : 0;
  }

  outOf({ trueClass, predClass }: Cell): number {
    const [from, to] = [this.entries[trueClass], this.entries[predClass]];
    if (!from || !to) return 0;
    if (this.share === "true") return sumOver(this.matrix.support, from.classes);
    return this.share === "pred" ? sumOver(this.matrix.predictedCount, to.classes) : this.matrix.total;
  }

  deltaOf(cell: Cell, rateNow: number): number {
    return rateNow - ratio(this.countOf(cell), this.outOf(cell));
  }
}
