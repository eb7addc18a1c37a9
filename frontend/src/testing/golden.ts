import { readFileSync } from "node:fs";
import { CompactMatrix, compactParts } from "../model/compact_matrix";
import { ConfusionMatrix } from "../model/matrix";

/** Reads one of the files of expected numbers that the Python tests read too. Only tests import this. */
export function readGolden<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`../../../tests/golden/${name}.json`, import.meta.url), "utf-8")) as T[];
}

/** A matrix from rows of counts. */
export function matrixOf(counts: readonly (readonly number[])[], isWeighted = false): ConfusionMatrix {
  const cells = counts.flatMap((row, i) => row.map((count, j) => [i, j, count] as const)).filter(([, , count]) => count > 0);
  return new ConfusionMatrix(
    counts.length,
    Uint32Array.from(cells, ([i]) => i),
    Uint32Array.from(cells, ([, j]) => j),
    Float64Array.from(cells, ([, , count]) => count),
    isWeighted,
  );
}

/** The same as a history holds it. */
export function compactOf(counts: readonly (readonly number[])[], isWeighted = false): CompactMatrix {
  return new CompactMatrix(compactParts(matrixOf(counts, isWeighted)));
}
