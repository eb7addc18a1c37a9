import type { ClassRate, Timeline } from "./timeline";

/** Where rows or columns are thinner than a pixel: which of the rates that share one is seen. */
export function poolingOf(rate: ClassRate): "lowest" | "highest" {
  return rate === "predicted_share" ? "highest" : "lowest";
}

/** The cell that is seen where some share a pixel: no bad class is lost; 0/0 is seen where there is nothing else. */
export function seenCell(
  { rate, rates, numRows }: Timeline,
  rows: readonly [number, number],
  columns: readonly [number, number],
): { readonly row: number; readonly column: number } {
  const sign = poolingOf(rate) === "lowest" ? 1 : -1;
  let seen = { row: rows[0], column: columns[0] };
  let least = Number.POSITIVE_INFINITY;
  for (let column = columns[0]; column < columns[1]; column++) {
    for (let row = rows[0]; row < rows[1]; row++) {
      const value = sign * (rates[column * numRows + row] as number);
      if (value < least) [seen, least] = [{ row, column }, value];
    }
  }
  return seen;
}

/** The rates as they are seen in fewer rows and columns, columns after each other; made a step at a time. */
export function* pooledRatesSteps(timeline: Timeline, numRows: number, numColumns: number): Generator<void, Float64Array> {
  const { rates, steps } = timeline;
  if (numRows === timeline.numRows && numColumns === steps.length) return rates;
  const sign = poolingOf(timeline.rate) === "lowest" ? 1 : -1;
  const pooled = new Float64Array(numRows * numColumns).fill(Number.NaN);
  const rowOf = Uint32Array.from({ length: timeline.numRows }, (_, row) => Math.floor((row * numRows) / timeline.numRows));
  for (let step = 0, i = 0; step < steps.length; step++) {
    const column = Math.floor((step * numColumns) / steps.length) * numRows;
    for (let row = 0; row < timeline.numRows; row++, i++) {
      const place = column + (rowOf[row] as number);
      const rate = sign * (rates[i] as number);
      // Whatever there is comes before NaN.
      if (!Number.isNaN(rate) && !(sign * (pooled[place] as number) <= rate)) pooled[place] = sign * rate;
    }
    yield;
  }
  return pooled;
}
