/** What to call each class on screen: names that repeat are told apart by their index; without names the indices are the names. */
export function shownClassNames(classNames: readonly string[] | null, numClasses: number): string[] {
  if (classNames === null || classNames.length !== numClasses) return Array.from({ length: numClasses }, (_, i) => String(i));
  if (new Set(classNames).size === numClasses && classNames.every((name) => name.trim() !== "")) return [...classNames];
  const uses = new Map<string, number>();
  for (const name of classNames) uses.set(name, (uses.get(name) ?? 0) + 1);
  return classNames.map((name, i) => ((uses.get(name) as number) > 1 || name.trim() === "" ? `${name} (${i})`.trim() : name));
}
