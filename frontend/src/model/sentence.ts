import { countText, intervalText, percentText } from "../util/number_text";
import { wilsonInterval } from "./intervals";
import type { Cell, ConfusionMatrix } from "./matrix";
import type { Normalize } from "./normalize";
import { denominatorOf, ratio } from "./normalize";

/** A cell in figures: a count, what it is a share of, the rate and its interval (null where there is none). */
export interface CellFacts {
  readonly count: number;
  readonly outOf: number;
  readonly rate: number;
  readonly interval: readonly [number, number] | null;
}

/** With counts shown, a cell is still told as a share of its true class. */
export function shareOf(normalize: Normalize): Exclude<Normalize, "counts"> {
  return normalize === "counts" ? "true" : normalize;
}

export function cellFacts(matrix: ConfusionMatrix, normalize: Normalize, cell: Cell): CellFacts {
  const count = matrix.countAt(cell);
  const outOf = denominatorOf(matrix, shareOf(normalize), cell);
  return { count, outOf, rate: ratio(count, outOf), interval: matrix.isWeighted ? null : wilsonInterval(count, outOf) };
}

/** A cell in a sentence: 120 of 1,000 “cat” were predicted as “dog”: 12.0 % [10.1–14.2]. */
export function cellSentence(matrix: ConfusionMatrix, normalize: Normalize, cell: Cell, names: readonly string[]): string {
  const facts = cellFacts(matrix, normalize, cell);
  const trueName = `“${names[cell.trueClass]}”`;
  const predName = `“${names[cell.predClass]}”`;
  if (Number.isNaN(facts.rate)) return `no samples ${WITHOUT[shareOf(normalize)](trueName, predName)}`;
  const figures = `${countText(facts.count)} of ${countText(facts.outOf)}`;
  const rate = [percentText(facts.rate), facts.interval && intervalText(facts.interval)].filter(Boolean).join(" ");
  return `${TOLD[shareOf(normalize)](figures, trueName, predName)}: ${rate}${matrix.isWeighted ? " (weighted)" : ""}`;
}

const TOLD = {
  true: (figures: string, trueName: string, predName: string) => `${figures} ${trueName} were predicted as ${predName}`,
  pred: (figures: string, trueName: string, predName: string) => `${figures} predicted as ${predName} were ${trueName}`,
  all: (figures: string, trueName: string, predName: string) => `${figures} samples were ${trueName} predicted as ${predName}`,
};

const WITHOUT = {
  true: (trueName: string, _: string) => `of ${trueName}`,
  pred: (_: string, predName: string) => `were predicted as ${predName}`,
  all: () => "at this step",
};
