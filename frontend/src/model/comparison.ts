import type { ClassMatch } from "./class_match";
import { adjustedPValues } from "./false_discovery";
import type { Interval } from "./intervals";
import type { ConfusionMatrix } from "./matrix";
import { type Normalize, ratio } from "./normalize";
import { differenceInterval, differencePValue } from "./proportions";

/** The false discovery rate at which a change is significant. */
export const SIGNIFICANT_Q = 0.05;

/** What a rate is a share of: differences of counts of two matrices would be differences of their sizes. */
export type RateNormalize = Exclude<Normalize, "counts">;

/** The cells of matched classes that aren't zero in A or in B, in row-major order of the pairs. */
interface Cells {
  /** Indices into the pairs of the match. */
  readonly trueClass: Uint32Array;
  readonly predClass: Uint32Array;
  readonly countA: Float64Array;
  readonly countB: Float64Array;
}

/** How the rates of B differ from those of A, cell by cell; the arrays are aligned. */
export interface Comparison extends Cells {
  readonly match: ClassMatch;
  readonly normalize: RateNormalize;
  /** Weighted counts (of A or B) have no intervals and no tests, so that nothing is significant. */
  readonly isWeighted: boolean;
  /** What the rates are shares of: the whole support, predicted count or total, with the classes that have no match. */
  readonly outOfA: Float64Array;
  readonly outOfB: Float64Array;
  /** NaN where it is 0/0. */
  readonly rateA: Float64Array;
  readonly rateB: Float64Array;
  /** Rate in B minus rate in A. */
  readonly delta: Float64Array;
  /** NaN where there is no test. */
  readonly pValue: Float64Array;
  readonly qValue: Float64Array;
  readonly isSignificant: Uint8Array;
  /** The 95 % interval of a delta. */
  intervalAt(index: number): Interval | null;
}

/**
 * Compares two matrices: normalises each, then subtracts.
 *
 * The test of a cell is unpaired; q-values are over all cells that are tested, the diagonal's included.
 */
export function compareMatrices(a: ConfusionMatrix, b: ConfusionMatrix, match: ClassMatch, normalize: RateNormalize): Comparison {
  const cells = sharedCells(a, b, match);
  const isWeighted = a.isWeighted || b.isWeighted;
  const outOfA = denominators(a, normalize, cells, (pair) => match.pairs[pair]?.classA as number);
  const outOfB = denominators(b, normalize, cells, (pair) => match.pairs[pair]?.classB as number);
  const rateA = cells.countA.map((count, i) => ratio(count, outOfA[i] as number));
  const rateB = cells.countB.map((count, i) => ratio(count, outOfB[i] as number));
  const table = (i: number) =>
    [cells.countA[i] as number, outOfA[i] as number, cells.countB[i] as number, outOfB[i] as number] as const;
  const pValue = rateA.map((_, i) => (isWeighted ? Number.NaN : differencePValue(...table(i))));
  const qValue = adjustedPValues(pValue);
  return {
    ...cells,
    match,
    normalize,
    isWeighted,
    outOfA,
    outOfB,
    rateA,
    rateB,
    delta: rateB.map((rate, i) => rate - (rateA[i] as number)),
    pValue,
    qValue,
    isSignificant: Uint8Array.from(qValue, (q) => (q <= SIGNIFICANT_Q ? 1 : 0)),
    intervalAt: (i) => (isWeighted ? null : differenceInterval(...table(i))),
  };
}

function denominators(
  matrix: ConfusionMatrix,
  normalize: RateNormalize,
  cells: Cells,
  classOf: (pair: number) => number,
): Float64Array {
  if (normalize === "all") return new Float64Array(cells.trueClass.length).fill(matrix.total);
  const [pairs, margin] = normalize === "true" ? [cells.trueClass, matrix.support] : [cells.predClass, matrix.predictedCount];
  return Float64Array.from(pairs, (pair) => margin[classOf(pair)] as number);
}

function sharedCells(a: ConfusionMatrix, b: ConfusionMatrix, { pairs }: ClassMatch): Cells {
  const pairOfA = pairsByClass(
    a.numClasses,
    pairs.map((pair) => pair.classA),
  );
  const pairOfB = pairsByClass(
    b.numClasses,
    pairs.map((pair) => pair.classB),
  );
  const capacity = a.numCells + b.numCells;
  const trueClass = new Uint32Array(capacity);
  const predClass = new Uint32Array(capacity);
  const countA = new Float64Array(capacity);
  const countB = new Float64Array(capacity);
  let numCells = 0;
  pairs.forEach(({ classA, classB }, truePair) => {
    const row = new Map<number, [number, number]>();
    eachOfRow(a, classA, pairOfA, (pair, count) => row.set(pair, [count, 0]));
    eachOfRow(b, classB, pairOfB, (pair, count) => row.set(pair, [row.get(pair)?.[0] ?? 0, count]));
    for (const [predPair, counts] of [...row].sort(([one], [other]) => one - other)) {
      trueClass[numCells] = truePair;
      predClass[numCells] = predPair;
      [countA[numCells], countB[numCells]] = counts;
      numCells++;
    }
  });
  const used = <T extends Uint32Array | Float64Array>(array: T) => array.slice(0, numCells) as T;
  return { trueClass: used(trueClass), predClass: used(predClass), countA: used(countA), countB: used(countB) };
}

/** The position among the pairs of each class of one matrix, -1 for those without a match. */
function pairsByClass(numClasses: number, classes: readonly number[]): Int32Array {
  const pairOf = new Int32Array(numClasses).fill(-1);
  classes.forEach((classIndex, pair) => {
    pairOf[classIndex] = pair;
  });
  return pairOf;
}

function eachOfRow(
  matrix: ConfusionMatrix,
  trueClass: number,
  pairOf: Int32Array,
  take: (pair: number, count: number) => void,
): void {
  for (let cell = matrix.rowStarts[trueClass] ?? 0; cell < (matrix.rowStarts[trueClass + 1] ?? 0); cell++) {
    const pair = pairOf[matrix.predClasses[cell] as number] as number;
    if (pair >= 0) take(pair, matrix.cellCounts[cell] as number);
  }
}
