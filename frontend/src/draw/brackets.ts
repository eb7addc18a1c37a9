import type { Arrangement, ClassGroup } from "../model/arrangement";
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

/** The brackets of the groups that are seen; a group that the order tears apart has one a piece. */
export function groupBrackets(
  arrangement: Arrangement,
  groups: readonly ClassGroup[],
  collapsed: readonly ClassGroup[],
  plane: Plane,
): Bracket[] {
  const open = groups.flatMap((group) => runsOf(arrangement, group).map((run) => ({ group, run, isCollapsed: false })));
  const closed = collapsed.flatMap((group) => runsOf(arrangement, group).map((run) => ({ group, run, isCollapsed: true })));
  const isCollapsed = (first: number) => arrangement.entries[first]?.kind === "group";
  return [...closed.filter(({ run }) => isCollapsed(run[0])), ...open.filter(({ run }) => !isCollapsed(run[0]))].flatMap(
    ({ group, run: [first, last], isCollapsed: isClosed }) => {
      const top = Math.max(plane.trueCss(first), 0);
      const bottom = Math.min(plane.trueCss(last + 1), plane.sideCss);
      const heightCss = bottom - top - GAP_CSS;
      return heightCss < MIN_HEIGHT_CSS ? [] : [{ group, isCollapsed: isClosed, topCss: top + GAP_CSS / 2, heightCss }];
    },
  );
}

/** Where the entries of a group's classes stand together: [first, last]; single classes aren't bracketed. */
function runsOf(arrangement: Arrangement, group: ClassGroup): [number, number][] {
  const shown = [...new Set(group.classes.map((one) => arrangement.entryOf[one] as number))]
    .filter((entry) => arrangement.entries[entry]?.kind !== "other")
    .sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const entry of shown) {
    const run = runs.at(-1);
    if (run && run[1] === entry - 1) run[1] = entry;
    else runs.push([entry, entry]);
  }
  return runs.filter(([first, last]) => last > first || arrangement.entries[first]?.kind === "group");
}
