import type { Arrangement } from "./arrangement";
import { expanded } from "./compact_matrix";
import type { ConfusionMatrix } from "./matrix";
import { dataOf, type SeriesHistory } from "./series_history";
import { isWithin } from "./timeline";

/** One series in the strips of the cells: at each step the matrix that holds there, null before its first and after its last. */
export interface StripBand {
  readonly seriesId: string;
  readonly matrices: readonly (ConfusionMatrix | null)[];
}

/** What cells show in place of one colour: steps across, a band a series down. */
export interface Strips {
  readonly steps: readonly number[];
  readonly bands: readonly StripBand[];
}

/** A series that is to have a band. */
export interface StripSource {
  readonly seriesId: string;
  readonly history: SeriesHistory;
}

/** The histories of some series over the steps of all of them (within a range; null: all), arranged. */
export function stripsOf(
  sources: readonly StripSource[],
  arrangement: Arrangement,
  range: readonly [number, number] | null,
): Strips {
  const ofSeries = sources.map(({ history }) => dataOf(history, arrangement));
  const all = new Set(ofSeries.flatMap((data) => data.map((datum) => datum.step)));
  const steps = [...all].filter((step) => isWithin(step, range)).sort((a, b) => a - b);
  const bands = sources.map(({ seriesId }, i): StripBand => {
    const data = ofSeries[i] ?? [];
    const lastStep = data.at(-1)?.step ?? Number.NEGATIVE_INFINITY;
    let next = 0;
    const matrices = steps.map((step) => {
      while (next < data.length && (data[next]?.step ?? 0) <= step) next++;
      const datum = step <= lastStep ? data[next - 1] : undefined;
      return datum ? arrangement.matrix(expanded(datum.matrix)) : null;
    });
    return { seriesId, matrices };
  });
  return { steps, bands };
}

/** How many cells that aren't zero the histories hold over some steps: what has to be arranged and coloured for strips of them. */
export function numStripCells(sources: readonly StripSource[], range: readonly [number, number] | null): number {
  let total = 0;
  for (const { history } of sources)
    for (const { step, matrix } of history.data) if (isWithin(step, range)) total += matrix.cellCounts.length;
  return total;
}

/** All matrices that strips show, each once. */
export function matricesOf({ bands }: Strips): ConfusionMatrix[] {
  return [...new Set(bands.flatMap((band) => band.matrices.filter((matrix) => matrix !== null)))];
}

/** What lies at a point of a cell, given as shares of its width and height. */
export function stripAt({ steps, bands }: Strips, across: number, down: number): { band: StripBand; place: number } | null {
  const place = Math.min(Math.max(Math.floor(across * steps.length), 0), steps.length - 1);
  const band = bands[Math.min(Math.max(Math.floor(down * bands.length), 0), bands.length - 1)];
  return band && place >= 0 ? { band, place } : null;
}
