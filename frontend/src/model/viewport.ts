/** The square of cells that is seen: in class units, from the top left; all cards of the same K share it. */
export interface Viewport {
  readonly firstTrue: number;
  readonly firstPred: number;
  /** How many classes fit across. */
  readonly span: number;
}

const MIN_SPAN = 2;
/** As many classes have names and numbers that can be read. */
const READABLE_SPAN = 24;
/** More aren't told apart: whoever goes to a class then zooms in. */
const CROWDED_SPAN = 60;

export function fullViewport(numClasses: number): Viewport {
  return { firstTrue: 0, firstPred: 0, span: numClasses };
}

/** Zooms by a factor (below 1: closer) around a point that stays where it is, given in class units. */
export function zoomAround(viewport: Viewport, factor: number, atTrue: number, atPred: number, numClasses: number): Viewport {
  const span = Math.min(Math.max(viewport.span * factor, Math.min(MIN_SPAN, numClasses)), numClasses);
  const scale = span / viewport.span;
  return clamped(
    { firstTrue: atTrue - (atTrue - viewport.firstTrue) * scale, firstPred: atPred - (atPred - viewport.firstPred) * scale, span },
    numClasses,
  );
}

export function panBy(viewport: Viewport, byTrue: number, byPred: number, numClasses: number): Viewport {
  return clamped({ ...viewport, firstTrue: viewport.firstTrue + byTrue, firstPred: viewport.firstPred + byPred }, numClasses);
}

/** The smallest square that holds two corners, given in class units. */
export function zoomToBox(from: readonly [number, number], to: readonly [number, number], numClasses: number): Viewport {
  const within = (corner: readonly [number, number]) =>
    corner.map((one) => Math.min(Math.max(one, 0), numClasses)) as [number, number];
  const [a, b] = [within(from), within(to)];
  const firstTrue = Math.floor(Math.min(a[0], b[0]));
  const firstPred = Math.floor(Math.min(a[1], b[1]));
  const span = Math.max(
    Math.ceil(Math.max(a[0], b[0])) - firstTrue,
    Math.ceil(Math.max(a[1], b[1])) - firstPred,
    Math.min(MIN_SPAN, numClasses),
  );
  return clamped({ firstTrue, firstPred, span: Math.min(span, numClasses) }, numClasses);
}

/** The part around some neighbours on the diagonal, with as much again around them, and no less than what can be read. */
export function zoomToClasses(first: number, last: number, numClasses: number): Viewport {
  const span = Math.min(Math.max(2 * (last + 1 - first), READABLE_SPAN), numClasses);
  const start = (first + last + 1 - span) / 2;
  return clamped({ firstTrue: start, firstPred: start, span }, numClasses);
}

/** Brings a class into sight: nearer where it couldn't be made out, else by moving just far enough. */
export function showClass(viewport: Viewport, entry: number, numClasses: number): Viewport {
  return viewport.span > CROWDED_SPAN ? zoomToClasses(entry, entry, numClasses) : scrollTo(viewport, entry, entry, numClasses);
}

/** Moves just far enough that a cell is seen whole. */
export function scrollTo(viewport: Viewport, trueClass: number, predClass: number, numClasses: number): Viewport {
  const follow = (first: number, index: number) => Math.min(Math.max(first, index + 1 - viewport.span), index);
  return clamped(
    { ...viewport, firstTrue: follow(viewport.firstTrue, trueClass), firstPred: follow(viewport.firstPred, predClass) },
    numClasses,
  );
}

export function isFull(viewport: Viewport, numClasses: number): boolean {
  return viewport.span >= numClasses;
}

/** Keeps a viewport, whoever made it, within the matrix. */
export function clamped({ firstTrue, firstPred, span }: Viewport, numClasses: number): Viewport {
  const most = Math.min(Math.max(span, Math.min(MIN_SPAN, numClasses)), numClasses);
  const within = (first: number) => Math.min(Math.max(first, 0), numClasses - most);
  return { firstTrue: within(firstTrue), firstPred: within(firstPred), span: most };
}
