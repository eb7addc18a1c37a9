import type { Arrangement, ClassGroup } from "../../model/arrangement";
import type { Plane } from "./plane";

/** Beside the class names: where a group of rows lies, in CSS pixels from the top of the cells. */
export interface Bracket {
  readonly group: ClassGroup;
  readonly isCollapsed: boolean;
  readonly topCss: number;
  readonly heightCss: number;
}

/** Room for the brackets left of the class names. */
export const BRACKET_ROOM_CSS = 14;
/** Between the brackets of two groups that touch. */
const GAP_CSS = 3;
/** Thinner than this they can't be told apart. */
const MIN_HEIGHT_CSS = 6;

/** Where the entries of a group's classes stand together. */
export interface GroupRun {
  readonly group: ClassGroup;
  readonly first: number;
  readonly last: number;
}

let lastRuns: { arrangement: Arrangement; groups: readonly ClassGroup[]; runs: readonly GroupRun[] } | null = null;

/** The runs of some groups, from the top; single classes are none. Asked for again and again while somebody zooms: known then. */
export function groupRuns(arrangement: Arrangement, groups: readonly ClassGroup[]): readonly GroupRun[] {
  if (lastRuns?.arrangement === arrangement && lastRuns.groups === groups) return lastRuns.runs;
  const runs = groups.flatMap((group) => runsOf(arrangement, group)).sort((a, b) => a.first - b.first);
  lastRuns = { arrangement, groups, runs };
  return runs;
}

/** The brackets of the groups that are seen; a group that the order tears apart has one a piece. */
export function groupBrackets(
  arrangement: Arrangement,
  groups: readonly ClassGroup[],
  collapsed: readonly ClassGroup[],
  plane: Plane,
): Bracket[] {
  const [from, to] = plane.visibleTrue();
  const isCollapsed = ({ first }: GroupRun) => arrangement.entries[first]?.kind === "group";
  const closed = collapsed.flatMap((group) => runsOf(arrangement, group)).filter(isCollapsed);
  const open = groupRuns(arrangement, groups).filter((run) => run.last >= from && run.first < to && !isCollapsed(run));
  return [...closed, ...open].flatMap((run) => {
    const topCss = Math.max(plane.trueCss(run.first), 0);
    const bottomCss = Math.min(plane.trueCss(run.last + 1), plane.sideCss);
    const heightCss = bottomCss - topCss - GAP_CSS;
    if (heightCss < MIN_HEIGHT_CSS) return [];
    return [{ group: run.group, isCollapsed: isCollapsed(run), topCss: topCss + GAP_CSS / 2, heightCss }];
  });
}

function runsOf(arrangement: Arrangement, group: ClassGroup): GroupRun[] {
  const shown = [...new Set(group.classes.map((one) => arrangement.entryOf[one] as number))]
    .filter((entry) => arrangement.entries[entry]?.kind !== "other")
    .sort((a, b) => a - b);
  const runs: { group: ClassGroup; first: number; last: number }[] = [];
  for (const entry of shown) {
    const run = runs.at(-1);
    if (run && run.last === entry - 1) run.last = entry;
    else runs.push({ group, first: entry, last: entry });
  }
  return runs.filter(({ first, last }) => last > first || arrangement.entries[first]?.kind === "group");
}
