import type { ClassMatch } from "./class_match";
import { adjustedPValueSteps } from "./false_discovery";
import type { Interval } from "./intervals";
import type { ConfusionMatrix } from "./matrix";
import { type Normalize, ratio } from "./normalize";
import { differenceInterval, differencePValue } from "./proportions";

/** The false discovery rate at which a change is significant. */
export const SIGNIFICANT_Q = 0.05;

const CELLS_A_STEP = 512;
const ROWS_A_STEP = 64;

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
  /** How many cells were tested. */
  readonly numTested: number;
  /** The 95 % interval of a delta. */
  intervalAt(index: number): Interval | null;
}

/**
 * Compares two matrices: normalises each, then subtracts.
 *
 * The test of a cell is unpaired; q-values are over all cells that are tested, the diagonal's included. There may be some hundred
 * thousand tests: so it goes a step at a time.
 */
export function* comparisonSteps(
  a: ConfusionMatrix,
  b: ConfusionMatrix,
  match: ClassMatch,
  normalize: RateNormalize,
): Generator<void, Comparison> {
  const cells = yield* sharedCells(a, b, match);
  const numCells = cells.trueClass.length;
  const isWeighted = a.isWeighted || b.isWeighted;
  const outOfA = denominators(
    a,
    normalize,
    cells,
    match.pairs.map((pair) => pair.classA),
  );
  const outOfB = denominators(
    b,
    normalize,
    cells,
    match.pairs.map((pair) => pair.classB),
  );
  const [rateA, rateB, delta] = [new Float64Array(numCells), new Float64Array(numCells), new Float64Array(numCells)];
  const pValue = new Float64Array(numCells).fill(Number.NaN);
  let numTested = 0;
  for (let i = 0; i < numCells; i++) {
    if (i % CELLS_A_STEP === 0) yield;
    const [inA, ofA, inB, ofB] = [cells.countA[i] as number, outOfA[i] as number, cells.countB[i] as number, outOfB[i] as number];
    rateA[i] = ratio(inA, ofA);
    rateB[i] = ratio(inB, ofB);
    delta[i] = ratio(inB, ofB) - ratio(inA, ofA);
    if (isWeighted) continue;
    const p = differencePValue(inA, ofA, inB, ofB);
    pValue[i] = p;
    if (!Number.isNaN(p)) numTested++;
  }
  yield;
  const qValue = yield* adjustedPValueSteps(pValue);
  const isSignificant = new Uint8Array(numCells);
  for (let i = 0; i < numCells; i++) isSignificant[i] = Number((qValue[i] as number) <= SIGNIFICANT_Q);
  const intervalAt = (i: number) =>
    isWeighted
      ? null
      : differenceInterval(cells.countA[i] as number, outOfA[i] as number, cells.countB[i] as number, outOfB[i] as number);
  return {
    ...cells,
    match,
    normalize,
    isWeighted,
    outOfA,
    outOfB,
    rateA,
    rateB,
    delta,
    pValue,
    qValue,
    isSignificant,
    numTested,
    intervalAt,
  };
}

/** @param classOf the class of each pair in the matrix. */
function denominators(matrix: ConfusionMatrix, normalize: RateNormalize, cells: Cells, classOf: readonly number[]): Float64Array {
  const outOf = new Float64Array(cells.trueClass.length).fill(matrix.total);
  if (normalize === "all") return outOf;
  const [pairs, margin] = normalize === "true" ? [cells.trueClass, matrix.support] : [cells.predClass, matrix.predictedCount];
  for (let i = 0; i < outOf.length; i++) outOf[i] = margin[classOf[pairs[i] as number] as number] as number;
  return outOf;
}

function* sharedCells(a: ConfusionMatrix, b: ConfusionMatrix, { pairs }: ClassMatch): Generator<void, Cells> {
  const [classesA, classesB] = [pairs.map((pair) => pair.classA), pairs.map((pair) => pair.classB)];
  const [inA, inB] = [new MatchedRow(a, classesA), new MatchedRow(b, classesB)];
  const capacity = a.numCells + b.numCells;
  const [trueClass, predClass] = [new Uint32Array(capacity), new Uint32Array(capacity)];
  const [countA, countB] = [new Float64Array(capacity), new Float64Array(capacity)];
  let numCells = 0;
  for (let truePair = 0; truePair < pairs.length; truePair++) {
    if (truePair % ROWS_A_STEP === 0) yield;
    inA.read(classesA[truePair] as number);
    inB.read(classesB[truePair] as number);
    for (let [i, j] = [0, 0]; i < inA.size || j < inB.size; numCells++) {
      const predPair = Math.min(inA.pairAt(i), inB.pairAt(j));
      trueClass[numCells] = truePair;
      predClass[numCells] = predPair;
      if (inA.pairAt(i) === predPair) countA[numCells] = inA.counts[i++] as number;
      if (inB.pairAt(j) === predPair) countB[numCells] = inB.counts[j++] as number;
    }
  }
  const used = <T extends Uint32Array | Float64Array>(array: T) => array.slice(0, numCells) as T;
  return { trueClass: used(trueClass), predClass: used(predClass), countA: used(countA), countB: used(countB) };
}

/** The cells of one row of a matrix whose predicted classes are matched, in the order of the pairs. */
class MatchedRow {
  size = 0;
  counts: Float64Array;
  private pairs: Uint32Array;
  /** The position of each class among the pairs, -1 for those without a match. */
  private readonly pairOf: Int32Array;

  constructor(
    private readonly matrix: ConfusionMatrix,
    classes: readonly number[],
  ) {
    this.pairOf = new Int32Array(matrix.numClasses).fill(-1);
    classes.forEach((classIndex, pair) => {
      this.pairOf[classIndex] = pair;
    });
    this.pairs = new Uint32Array(classes.length);
    this.counts = new Float64Array(classes.length);
  }

  read(trueClass: number): void {
    const { rowStarts, predClasses, cellCounts } = this.matrix;
    let isAscending = true;
    this.size = 0;
    for (let cell = rowStarts[trueClass] ?? 0; cell < (rowStarts[trueClass + 1] ?? 0); cell++) {
      const pair = this.pairOf[predClasses[cell] as number] as number;
      if (pair < 0) continue;
      isAscending &&= this.size === 0 || (this.pairs[this.size - 1] as number) < pair;
      this.pairs[this.size] = pair;
      this.counts[this.size++] = cellCounts[cell] as number;
    }
    if (!isAscending) this.sort();
  }

  /** Infinite beyond the last. */
  pairAt(i: number): number {
    return i < this.size ? (this.pairs[i] as number) : Number.POSITIVE_INFINITY;
  }

  private sort(): void {
    const places = Array.from({ length: this.size }, (_, i) => i).sort((i, j) => this.pairAt(i) - this.pairAt(j));
    const [pairs, counts] = [this.pairs.slice(), this.counts.slice()];
    places.forEach((from, to) => {
      pairs[to] = this.pairs[from] as number;
      counts[to] = this.counts[from] as number;
    });
    [this.pairs, this.counts] = [pairs, counts];
  }
}
