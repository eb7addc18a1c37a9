import type { ExportTable, Value } from "../util/table_formats";
import type { ClassRow } from "./class_table";
import type { Comparison } from "./comparison";
import type { ConfusionRow } from "./confusion_table";
import type { Interval } from "./intervals";
import type { ConfusionMatrix } from "./matrix";
import { cellValues, type Normalize, valueAt } from "./normalize";
import type { RateChange } from "./rate_change";
import type { Strips } from "./strips";
import type { Timeline } from "./timeline";

/** A matrix of more classes isn't written as a table of as many columns, but cell by cell. */
const MAX_WIDE_CLASSES = 200;

type About = Readonly<Record<string, Value>>;

/** A matrix as it is seen: true classes down, predicted ones across; of many classes, a row a cell that isn't zero. */
export function matrixTable(matrix: ConfusionMatrix, names: readonly string[], normalize: Normalize, about: About): ExportTable {
  const whole = { ...about, normalize };
  if (matrix.numClasses > MAX_WIDE_CLASSES) {
    const rows = cellRows(matrix, names, normalize);
    return { about: whole, columns: CELL_COLUMNS, rows, printed: rateOrCount(normalize) };
  }
  const rows = names.map((name, trueClass) => [
    name,
    ...names.map((_, predClass) => defined(valueAt(matrix, normalize, { trueClass, predClass }))),
  ]);
  return { about: whole, columns: ["true_label", ...names], rows, printed: rateOrCount(normalize) };
}

const CELL_COLUMNS = ["true_label", "predicted_label", "count", "value"];

function cellRows(matrix: ConfusionMatrix, names: readonly string[], normalize: Normalize): Value[][] {
  const values = cellValues(matrix, normalize);
  return Array.from(matrix.cellCounts, (count, cell) => [
    names[matrix.trueClasses[cell] as number] ?? "",
    names[matrix.predClasses[cell] as number] ?? "",
    count,
    values[cell] as number,
  ]);
}

/** Rates as percent with one decimal, as the page tells them; counts as they are. */
function rateOrCount(normalize: Normalize): (value: number, column: number) => string {
  return (value) => (normalize === "counts" ? String(value) : (100 * value).toFixed(1));
}

/** The cells of all steps of some series, where a cell has its history in it. */
export function stripsTable(
  { steps, bands }: Strips,
  nameOf: (seriesId: string) => readonly [run: string, tag: string],
  names: readonly string[],
  normalize: Normalize,
): ExportTable {
  const rows = bands.flatMap(({ seriesId, matrices }) =>
    matrices.flatMap((matrix, place) => {
      // A matrix holds until the next one: it is told once, at its own step.
      if (matrix === null || matrix === matrices[place - 1]) return [];
      return cellRows(matrix, names, normalize).map((row) => [...nameOf(seriesId), steps[place] as number, ...row]);
    }),
  );
  return { about: { normalize }, columns: ["run", "tag", "step", ...CELL_COLUMNS], rows };
}

/** Classes over the steps, a column a step. */
export function timelineTable({ rates, numRows, steps, rate }: Timeline, names: readonly string[], about: About): ExportTable {
  const rows = names.map((name, row) => [name, ...steps.map((_, column) => defined(rates[column * numRows + row] as number))]);
  return {
    about: { ...about, rate },
    columns: ["class", ...steps.map(String)],
    rows,
    printed: (value) => (100 * value).toFixed(1),
  };
}

/** Classes in figures. */
export function classesTable(rows: readonly ClassRow[], about: About): ExportTable {
  const columns = ["class", "support", "predicted_count", "recall", "recall_low", "recall_high"];
  columns.push("precision", "precision_low", "precision_high", "f1", "errors", ...CHANGE_COLUMNS);
  const isRate = (column: number) => column >= 3 && columns[column] !== "errors";
  return {
    about,
    columns,
    rows: rows.map((row) => [
      row.name,
      row.support,
      row.predictedCount,
      defined(row.recall),
      ...bounds(row.recallInterval),
      defined(row.precision),
      ...bounds(row.precisionInterval),
      defined(row.f1),
      row.errors,
      ...changeCells(row.change),
    ]),
    printed: (value, column) => (isRate(column) ? (100 * value).toFixed(1) : String(value)),
  };
}

/** Confusions, strongest first. */
export function confusionsTable(rows: readonly ConfusionRow[], names: readonly string[], about: About): ExportTable {
  const columns = ["true_label", "predicted_label", "count", "out_of", "rate", "rate_low", "rate_high"];
  columns.push("other_direction_count", "other_direction_rate", ...CHANGE_COLUMNS);
  const counts = ["count", "out_of", "other_direction_count"];
  return {
    about,
    columns,
    rows: rows.map((row) => [
      names[row.trueClass] ?? "",
      names[row.predClass] ?? "",
      row.count,
      row.outOf,
      defined(row.rate),
      ...bounds(row.interval),
      row.mirroredCount,
      defined(row.mirroredRate),
      ...changeCells(row.change),
    ]),
    printed: (value, column) => (counts.includes(columns[column] ?? "") ? String(value) : (100 * value).toFixed(1)),
  };
}

/** How the cells of B differ from those of A. */
export function comparisonTable(comparison: Comparison, about: About): ExportTable {
  const { match, normalize, trueClass, predClass, countA, outOfA, countB, outOfB, delta, pValue, qValue, isSignificant } =
    comparison;
  const columns = ["true_label", "predicted_label", "count_a", "out_of_a", "count_b", "out_of_b"];
  columns.push("delta", "delta_low", "delta_high", "p_value", "q_value", "significant");
  const nameOf = (place: number | undefined) => match.pairs[place ?? -1]?.name ?? "";
  const rows = Array.from(delta, (difference, i) => [
    nameOf(trueClass[i]),
    nameOf(predClass[i]),
    countA[i] as number,
    outOfA[i] as number,
    countB[i] as number,
    outOfB[i] as number,
    defined(difference),
    ...bounds(comparison.intervalAt(i)),
    defined(pValue[i] as number),
    defined(qValue[i] as number),
    isSignificant[i] === 1 ? "yes" : "no",
  ]);
  const isPoints = (column: number) => columns[column]?.startsWith("delta") === true;
  const isTest = (column: number) => columns[column]?.endsWith("_value") === true;
  return {
    about: { ...about, normalize },
    columns,
    rows,
    printed: (value, column) => {
      if (isPoints(column)) return (100 * value).toFixed(1);
      return isTest(column) ? value.toPrecision(2) : String(value);
    },
  };
}

const CHANGE_COLUMNS = ["change", "change_low", "change_high", "change_significant"];

function changeCells(change: RateChange | null): Value[] {
  return [
    defined(change?.delta ?? Number.NaN),
    ...bounds(change?.interval ?? null),
    change ? (change.isSignificant ? "yes" : "no") : "",
  ];
}

function bounds(interval: Interval | null): Value[] {
  return interval ? [...interval] : [null, null];
}

/** What is 0/0 has no value. */
function defined(value: number): Value {
  return Number.isNaN(value) ? null : value;
}
