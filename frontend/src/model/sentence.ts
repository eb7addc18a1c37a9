import { countText, intervalText, percentText } from "../util/number_text";
import { shortened } from "../util/shorten";
import { wilsonInterval } from "./intervals";
import type { Cell, ConfusionMatrix } from "./matrix";
import { classMetrics } from "./metrics";
import type { Normalize } from "./normalize";
import { denominatorOf, ratio } from "./normalize";

/** A longer name would push the figures out of sight. */
const MAX_NAME_LENGTH = 40;

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
  const trueName = quoted(names[cell.trueClass]);
  const predName = quoted(names[cell.predClass]);
  if (Number.isNaN(facts.rate)) return `no samples ${WITHOUT[shareOf(normalize)](trueName, predName)}`;
  const figures = `${countText(facts.count)} of ${countText(facts.outOf)}`;
  const rate = [percentText(facts.rate), facts.interval && intervalText(facts.interval)].filter(Boolean).join(" ");
  return `${TOLD[shareOf(normalize)](figures, trueName, predName)}: ${rate}${matrix.isWeighted ? " (weighted)" : ""}`;
}

/** The recall of a true class, or the precision of a predicted one, in a sentence. */
export function classSentence(
  matrix: ConfusionMatrix,
  axis: "true" | "pred",
  classIndex: number,
  names: readonly string[],
): string {
  const metrics = classMetrics(matrix, classIndex);
  const name = quoted(names[classIndex]);
  const [rate, outOf, interval] =
    axis === "true"
      ? [metrics.recall, metrics.support, metrics.recallInterval]
      : [metrics.precision, metrics.predictedCount, metrics.precisionInterval];
  if (Number.isNaN(rate)) return axis === "true" ? `no samples of ${name}` : `no samples were predicted as ${name}`;
  const figures = `${countText(matrix.truePositives[classIndex] ?? 0)} of ${countText(outOf)}`;
  const told =
    axis === "true" ? `${figures} ${name} were predicted right: recall` : `${figures} predicted as ${name} were right: precision`;
  return [told, percentText(rate), interval && intervalText(interval)].filter(Boolean).join(" ");
}

function quoted(name: string | undefined): string {
  return `“${shortened(name ?? "", MAX_NAME_LENGTH)}”`;
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
