/** The square of cells that is seen: in class units, from the top left; all cards of the same K share it. */
export interface Viewport {
  readonly firstTrue: number;
  readonly firstPred: number;
  /** How many classes fit across. */
  readonly span: number;
}

const MIN_SPAN = 2;

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
