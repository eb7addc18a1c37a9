import { type Arrangement, countBetween, type Entry } from "./arrangement";
import { sumOver } from "./baseline";
import type { CompactMatrix } from "./compact_matrix";
import type { CountedCells } from "./matrix";
import type { Margins } from "./metrics";
import { ratio } from "./normalize";

/** One step of a series, decoded. */
export interface HistoryDatum {
  readonly step: number;
  readonly wallTime: number;
  readonly matrix: CompactMatrix;
  readonly classNamesHash: string;
  readonly ordinal: number;
  readonly isExact: boolean;
}

/** The steps of a series that have come, ascending. */
export interface SeriesHistory {
  readonly data: readonly HistoryDatum[];
  /** Whether all that the listing names has been asked for and has come. */
  readonly isComplete: boolean;
}

/** One cell over the steps of a series, and what its rates are shares of. */
export interface CellHistory {
  readonly steps: readonly number[];
  readonly counts: readonly number[];
  readonly support: readonly number[];
  readonly predictedCount: readonly number[];
  readonly totals: readonly number[];
}

/** The steps whose matrices have as many classes as an arrangement. */
export function dataOf(history: SeriesHistory, arrangement: Arrangement): HistoryDatum[] {
  return history.data.filter((datum) => datum.matrix.numClasses === arrangement.entryOf.length);
}

/** A cell of entries over the steps. */
export function cellHistory(history: SeriesHistory, arrangement: Arrangement, from: Entry, to: Entry): CellHistory {
  const data = dataOf(history, arrangement);
  return {
    steps: data.map((datum) => datum.step),
    counts: data.map((datum) => countBetween(datum.matrix, from, to)),
    support: data.map((datum) => sumOver(datum.matrix.support, from.classes)),
    predictedCount: data.map((datum) => sumOver(datum.matrix.predictedCount, to.classes)),
    totals: data.map((datum) => datum.matrix.total),
  };
}

/** A cell's rate at each step; null where it is 0/0. */
export function cellRates(history: CellHistory, share: "true" | "pred" | "all"): (number | null)[] {
  const outOf = { true: history.support, pred: history.predictedCount, all: history.totals }[share];
  return history.counts.map((count, i) => {
    const rate = ratio(count, outOf[i] ?? 0);
    return Number.isNaN(rate) ? null : rate;
  });
}

/** The margins of a matrix's entries, without making the matrix of entries. */
export function marginsUnder(matrix: CountedCells, { entries, entryOf, isIdentity }: Arrangement): Margins {
  if (isIdentity) return matrix;
  const [truePositives, support, predictedCount] = [0, 1, 2].map(() => new Float64Array(entries.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const add = (to: Float64Array, entry: number, count: number) => {
    to[entry] = (to[entry] as number) + count;
  };
  for (let one = 0; one < matrix.numClasses; one++) {
    add(support, entryOf[one] as number, matrix.support[one] as number);
    add(predictedCount, entryOf[one] as number, matrix.predictedCount[one] as number);
    add(truePositives, entryOf[one] as number, matrix.truePositives[one] as number);
  }
  if (entries.length < matrix.numClasses) {
    // Within a sum of classes, one taken for another is right.
    for (let i = 0; i < matrix.numClasses; i++) {
      for (let cell = matrix.rowStarts[i] as number; cell < (matrix.rowStarts[i + 1] as number); cell++) {
        const j = matrix.predClasses[cell] as number;
        if (i !== j && entryOf[i] === entryOf[j]) add(truePositives, entryOf[i] as number, matrix.cellCounts[cell] as number);
      }
    }
  }
  return { truePositives, support, predictedCount, total: matrix.total, isWeighted: matrix.isWeighted };
}
