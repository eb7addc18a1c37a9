import type { Cell, ConfusionMatrix, CountedCells } from "./matrix";
import { sumEntries } from "./sum_entries";

/** One row and column as it is shown: a class, or several that are summed. */
export interface Entry {
  /** Ascending places in the class order; never empty. */
  readonly classes: readonly number[];
  readonly name: string;
  readonly kind: "class" | "group" | "other";
}

/** Neighbours in a class order that belong together. */
export interface ClassGroup {
  readonly name: string;
  readonly classes: readonly number[];
}

/** What is shown of K classes, and how. */
export interface ArrangementOptions {
  readonly classNames: readonly string[];
  /** A permutation of all classes. */
  readonly classOrder: readonly number[];
  /** Groups that are shown as their sums. */
  readonly collapsed?: readonly ClassGroup[];
  /** The classes that are shown; null: all. The rest is summed up as "(other)". */
  readonly shown?: ReadonlySet<number> | null;
  /** Shown last, whatever the order. */
  readonly specialClass?: number | null;
}

/**
 * The rows and columns of all cards and views: each of the K classes is in exactly one entry, so that totals stay true.
 *
 * An arranged matrix is a matrix like any other, of entries in place of classes: nothing that draws or computes need know of it.
 * Counts themselves are never reordered.
 */
export class Arrangement {
  readonly entries: readonly Entry[];
  readonly names: readonly string[];
  /** The entry of each class. */
  readonly entryOf: Uint32Array;
  /** Whether entries are the classes in index order. */
  readonly isIdentity: boolean;
  /** Whether each entry is one class: values are the same then, in other places. */
  readonly isPermutation: boolean;
  /** The classes of each entry. */
  private readonly members: readonly (readonly number[])[];
  private readonly arranged = new WeakMap<ConfusionMatrix, ConfusionMatrix>();

  constructor(entries: readonly Entry[], numClasses: number) {
    this.entries = entries;
    this.names = entries.map((entry) => entry.name);
    this.members = entries.map((entry) => entry.classes);
    this.entryOf = new Uint32Array(numClasses);
    entries.forEach((entry, i) => {
      for (const one of entry.classes) this.entryOf[one] = i;
    });
    this.isPermutation = entries.length === numClasses;
    this.isIdentity = entries.length === numClasses && this.entryOf.every((entry, i) => entry === i);
  }

  /** The matrix of entries; the matrix itself where it has other classes or where nothing would change. */
  matrix(matrix: ConfusionMatrix): ConfusionMatrix {
    if (this.isIdentity || matrix.numClasses !== this.entryOf.length) return matrix;
    const known = this.arranged.get(matrix) ?? sumEntries(matrix, this.members, this.entryOf);
    this.arranged.set(matrix, known);
    return known;
  }

  /** Where a cell of classes is shown. */
  entryCell(cell: Cell): Cell {
    const at = (classIndex: number) => this.entryOf[classIndex] ?? classIndex;
    return { trueClass: at(cell.trueClass), predClass: at(cell.predClass) };
  }

  /** A cell of classes that stands for a cell of entries. */
  classCell(cell: Cell): Cell {
    const at = (entry: number) => this.entries[entry]?.classes[0] ?? entry;
    return { trueClass: at(cell.trueClass), predClass: at(cell.predClass) };
  }
}

/** Whether two arrangements show the same entries under the same names in the same places. */
export function isSameArrangement(a: Arrangement, b: Arrangement): boolean {
  return (
    a.entries.length === b.entries.length &&
    a.entryOf.length === b.entryOf.length &&
    a.entryOf.every((entry, i) => entry === b.entryOf[i]) &&
    a.entries.every((entry, i) => {
      const other = b.entries[i] as Entry;
      return entry.name === other.name && entry.kind === other.kind && entry.classes[0] === other.classes[0];
    })
  );
}

/** Arranges K classes: in order, groups collapsed where their first class stands, what isn't shown summed up at the end. */
export function makeArrangement(options: ArrangementOptions): Arrangement {
  const { classNames, classOrder, collapsed = [], shown = null, specialClass = null } = options;
  const ordered = specialLast(classOrder, specialClass);
  if (collapsed.length === 0 && shown === null) {
    const single = ordered.map((one) => toEntry(one, [one], classNames));
    return new Arrangement(single, classNames.length);
  }
  const groupOf = new Map(collapsed.flatMap((group) => group.classes.map((one) => [one, group] as const)));
  const members = new Map<ClassGroup | number, number[]>();
  const other: number[] = [];
  for (const one of ordered) {
    if (shown && !shown.has(one)) {
      other.push(one);
      continue;
    }
    const key = groupOf.get(one) ?? one;
    const known = members.get(key);
    if (known) known.push(one);
    else members.set(key, [one]);
  }
  const entries = [...members].map(([key, classes]) => toEntry(key, classes, classNames));
  if (other.length > 0) entries.push({ classes: other, name: `(other: ${other.length})`, kind: "other" });
  return new Arrangement(entries, classNames.length);
}

/** All classes in index order. */
export function identityArrangement(classNames: readonly string[]): Arrangement {
  return makeArrangement({ classNames, classOrder: [...classNames.keys()] });
}

/** How often the classes of one entry were predicted as those of another. */
export function countBetween(matrix: CountedCells, from: Entry, to: Entry): number {
  if (from.classes.length === 1 && to.classes.length === 1)
    return matrix.countAt({ trueClass: from.classes[0] as number, predClass: to.classes[0] as number });
  const columns = new Set(to.classes);
  let count = 0;
  for (const trueClass of from.classes) {
    for (let cell = matrix.rowStarts[trueClass] as number; cell < (matrix.rowStarts[trueClass + 1] as number); cell++) {
      if (columns.has(matrix.predClasses[cell] as number)) count += matrix.cellCounts[cell] as number;
    }
  }
  return count;
}

function specialLast(classOrder: readonly number[], specialClass: number | null): readonly number[] {
  if (specialClass === null || !classOrder.includes(specialClass)) return classOrder;
  return [...classOrder.filter((one) => one !== specialClass), specialClass];
}

function toEntry(key: ClassGroup | number, classes: readonly number[], classNames: readonly string[]): Entry {
  if (typeof key === "number") return { classes, name: classNames[key] ?? String(key), kind: "class" };
  // A group of which one class is left is that class.
  if (classes.length === 1) return { classes, name: classNames[classes[0] as number] ?? "", kind: "class" };
  return { classes, name: key.name, kind: "group" };
}
