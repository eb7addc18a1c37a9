import type { ClassGroup } from "./arrangement";
import { errorsOf } from "./class_order";
import type { ConfusionMatrix } from "./matrix";

export const SHOWN = ["all", "chosen", "confused", "errors"] as const;
/** Which classes are shown by themselves; the rest is summed up as "(other)". */
export type ShownKind = (typeof SHOWN)[number];

/** The classes that are shown; null: all. Where there is nothing to go by all are. */
export function shownClasses(
  kind: ShownKind,
  numClasses: number,
  chosen: readonly number[],
  numConfused: number,
  matrix: ConfusionMatrix | null,
): ReadonlySet<number> | null {
  if (kind === "chosen") {
    const inside = chosen.filter((one) => one < numClasses);
    return inside.length === 0 ? null : new Set(inside);
  }
  if (kind === "all" || matrix?.numClasses !== numClasses) return null;
  const errors = Array.from({ length: numClasses }, (_, one) => errorsOf(matrix, one));
  const wrong = [...errors.keys()].filter((one) => (errors[one] as number) > 0);
  if (wrong.length === 0) return null;
  if (kind === "errors") return new Set(wrong);
  return new Set(wrong.sort((a, b) => (errors[b] as number) - (errors[a] as number) || a - b).slice(0, numConfused));
}

/** The classes whose name has a text in it, in index order; those that begin with it first. */
export function findClasses(text: string, classNames: readonly string[], limit: number): number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const found = [...classNames.keys()].filter((one) => (classNames[one] as string).toLowerCase().includes(wanted));
  const begins = (one: number) => (classNames[one] as string).toLowerCase().startsWith(wanted);
  return [...found.filter(begins), ...found.filter((one) => !begins(one))].slice(0, limit);
}

/** The groups whose name has a text in it. */
export function findGroups(text: string, groups: readonly ClassGroup[], limit: number): ClassGroup[] {
  const wanted = text.trim().toLowerCase();
  return wanted === "" ? [] : groups.filter((group) => group.name.toLowerCase().includes(wanted)).slice(0, limit);
}
