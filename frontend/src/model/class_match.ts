/** A class that A and B share, by its index in each. */
export interface ClassPair {
  readonly name: string;
  readonly classA: number;
  readonly classB: number;
}

export interface ClassMatch {
  /** In the order of A. */
  readonly pairs: readonly ClassPair[];
  readonly onlyInA: readonly string[];
  readonly onlyInB: readonly string[];
}

type Names = readonly string[] | null;

/**
 * Matches the classes of two matrices by name, repeated names by their occurrence (the first "x" with the first "x"). Where either has no
 * names, or not one a class, indices are all that is known of it, and classes are matched by index.
 */
export function matchClasses(namesA: Names, numClassesA: number, namesB: Names, numClassesB: number): ClassMatch {
  const ownA = namesA?.length === numClassesA ? namesA : null;
  const ownB = namesB?.length === numClassesB ? namesB : null;
  if (ownA !== null && ownB !== null) return matchNames(ownA, ownB);
  const numPairs = Math.min(numClassesA, numClassesB);
  const shownA = ownA ?? indexNames(numClassesA);
  const shownB = ownB ?? indexNames(numClassesB);
  const names = ownB ?? shownA;
  const pairs = indexNames(numPairs).map((_, i) => ({ name: names[i] as string, classA: i, classB: i }));
  return { pairs, onlyInA: shownA.slice(numPairs), onlyInB: shownB.slice(numPairs) };
}

/** Whether each class of A is the class of B with the same index, as far as is known. */
export function hasSameClasses(namesA: Names, numClassesA: number, namesB: Names, numClassesB: number): boolean {
  if (numClassesA !== numClassesB) return false;
  const isNamed = namesA?.length === numClassesA && namesB?.length === numClassesB;
  return namesA === namesB || !isNamed || namesA.every((name, i) => name === namesB[i]);
}

function matchNames(namesA: readonly string[], namesB: readonly string[]): ClassMatch {
  const unmatched = new Map<string, number[]>();
  for (let i = namesB.length - 1; i >= 0; i--) {
    const name = namesB[i] as string;
    const classes = unmatched.get(name);
    if (classes === undefined) unmatched.set(name, [i]);
    else classes.push(i); // descending, so that pop() gives the first that is left
  }
  const pairs: ClassPair[] = [];
  const onlyInA: string[] = [];
  namesA.forEach((name, classA) => {
    const classB = unmatched.get(name)?.pop();
    if (classB === undefined) onlyInA.push(name);
    else pairs.push({ name, classA, classB });
  });
  const left = new Set([...unmatched.values()].flat());
  return { pairs, onlyInA, onlyInB: namesB.filter((_, i) => left.has(i)) };
}

function indexNames(numClasses: number): string[] {
  return Array.from({ length: numClasses }, (_, i) => String(i));
}
