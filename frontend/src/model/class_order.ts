import { memoise } from "../util/memoise";
import type { ClassGroup } from "./arrangement";
import type { ConfusionMatrix } from "./matrix";
import { classRates } from "./metrics";

export const ORDERS = ["index", "name", "group", "support", "recall", "precision", "f1", "errors", "similarity"] as const;
export type OrderKind = (typeof ORDERS)[number];

/** Orders that need a matrix to be had: they are those of one run and step. */
export const ORDERS_OF_A_MATRIX: readonly OrderKind[] = ["support", "recall", "precision", "f1", "errors", "similarity"];

/** Which classes are alike, as the server works it out. */
export interface Similarity {
  readonly classOrder: readonly number[];
  readonly groups: readonly (readonly number[])[];
}

/** What an order may go by. */
export interface OrderBasis {
  readonly classNames: readonly string[];
  /** The given group of each class, or null; an empty name is no group. */
  readonly classGroups: readonly string[] | null;
  readonly matrix: ConfusionMatrix | null;
  readonly similarity: Similarity | null;
  readonly specialClass: number | null;
}

const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

const nameOrder = memoise((names: readonly string[]) =>
  [...names.keys()].sort((a, b) => COLLATOR.compare(names[a] as string, names[b] as string)),
);

/** All classes in an order, ties in index order; in index order while what it goes by hasn't come. */
export function classOrder(by: OrderKind, basis: OrderBasis): number[] {
  const classes = [...basis.classNames.keys()];
  if (by === "name") return [...nameOrder(basis.classNames)];
  if (by === "group") return groupsOf(basis.classGroups, classes.length).flatMap((group) => group.classes);
  if (by === "similarity")
    return basis.similarity?.classOrder.length === classes.length ? [...basis.similarity.classOrder] : classes;
  if (by === "index" || basis.matrix?.numClasses !== classes.length) return classes;
  const keyOf = sortKey(by, basis.matrix);
  const keys = classes.map(keyOf);
  return classes.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
}

/** The groups to bracket: those that the order is made of. */
export function orderedGroups(by: OrderKind, basis: OrderBasis): ClassGroup[] {
  if (by === "group")
    return groupsOf(basis.classGroups, basis.classNames.length).filter((group) => group.name !== "" && group.classes.length > 1);
  if (by !== "similarity" || basis.similarity?.classOrder.length !== basis.classNames.length) return [];
  // The special class stands last whatever it is confused with, and so in no group.
  const groups = basis.similarity.groups.map((classes) => classes.filter((one) => one !== basis.specialClass));
  return groups.filter((classes) => classes.length > 1).map((classes) => ({ name: groupName(classes, basis.classNames), classes }));
}

/** The given groups in the order of their first classes; the classes of none stand alone, with an empty name. */
export function groupsOf(classGroups: readonly string[] | null, numClasses: number): ClassGroup[] {
  const groups = new Map<string, { name: string; classes: number[] }>();
  for (let one = 0; one < numClasses; one++) {
    const name = classGroups?.[one] ?? "";
    const key = name === "" ? `\u0000${one}` : name;
    const group = groups.get(key) ?? { name, classes: [] };
    group.classes.push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What to call classes that nobody named together. */
export function groupName(classes: readonly number[], classNames: readonly string[]): string {
  const [first, second, ...rest] = classes.map((one) => classNames[one] ?? String(one));
  if (second === undefined) return first ?? "";
  return rest.length === 0 ? `${first} + ${second}` : `${first} + ${rest.length + 1} more`;
}

/** Support and errors: most first; rates: worst first, classes without samples last. */
function sortKey(by: OrderKind, matrix: ConfusionMatrix): (classIndex: number) => number {
  if (by === "support") return (one) => -(matrix.support[one] as number);
  if (by === "errors") return (one) => -errorsOf(matrix, one);
  const rate = by === "recall" || by === "precision" ? by : "f1";
  return (one) => {
    const value = classRates(matrix, one)[rate];
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
}

/** How often a class was mistaken for another, or another for it. */
export function errorsOf(matrix: ConfusionMatrix, classIndex: number): number {
  const support = matrix.support[classIndex] ?? 0;
  return support + (matrix.predictedCount[classIndex] ?? 0) - 2 * (matrix.truePositives[classIndex] ?? 0);
}
