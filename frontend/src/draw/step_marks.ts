/** Half of the slider's knob: at the ends its middle stops this far from the edge. */
const KNOB_RADIUS_CSS = 7;
/** More marks than this would run together into a line. */
const MAX_MARKS = 100;

/** Where the steps lie on the slider's rail, as CSS lengths; none where there are too many to tell apart. */
export function stepMarks(steps: readonly number[]): string[] {
  const first = steps[0] ?? 0;
  const range = (steps.at(-1) ?? 0) - first;
  if (steps.length > MAX_MARKS || range === 0) return [];
  return steps.map((step) => {
    const share = (step - first) / range;
    return `calc(${KNOB_RADIUS_CSS}px + ${share} * (100% - ${2 * KNOB_RADIUS_CSS}px))`;
  });
}
