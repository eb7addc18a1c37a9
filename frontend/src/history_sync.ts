import { fetchHistory } from "./data/client";
import { Fetcher } from "./data/fetcher";
import type { StreamedDatum } from "./data/history_stream";
import { type Series, seriesId } from "./model/listing";
import type { HistoryDatum } from "./model/series_history";
import { put, type Store } from "./state/store";

/** What the histories that are kept may take together. */
const MAX_BYTES = 192 * 2 ** 20;

/** Brings all steps of the series that are wanted, and later only those that are new. */
export class HistorySync {
  private readonly fetcher: Fetcher<Series, void>;
  /** By seriesId: what was asked for and answered, come or not: a step that the server leaves out isn't asked for for ever. */
  private readonly answered = new Map<string, ReadonlySet<string>>();
  /** By seriesId, those wanted last at the end. */
  private readonly sizes = new Map<string, number>();
  private wanted: ReadonlySet<string> = new Set();
  /** Versions of series whose answer hasn't ended, though all of its data may have come. */
  private readonly underWay = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly maxBytes = MAX_BYTES,
  ) {
    this.fetcher = new Fetcher(
      versionOf,
      (series, signal) => this.fetchMissing(series, signal),
      (series) => this.finish(series),
      // What has come stays; the next listing asks for the rest.
      () => {},
    );
  }

  /** Those that are wanted no longer are given up; what has come of them stays while there is room. */
  want(series: readonly Series[]): void {
    this.wanted = new Set(series.map(seriesId));
    for (const id of this.wanted) this.touch(id);
    this.makeRoom();
    this.fetcher.want(series.filter((one) => this.firstMissing(one) !== null || this.underWay.has(versionOf(one))));
  }

  dispose(): void {
    this.fetcher.dispose();
  }

  private async fetchMissing(series: Series, signal: AbortSignal): Promise<void> {
    const id = seriesId(series);
    const from = this.firstMissing(series) ?? 0;
    // What was written again from a step on takes the place of what was there.
    const come = (this.store.histories.peek().get(id)?.data ?? []).filter((datum) => datum.step < from);
    this.sizes.set(id, bytesOf(come));
    const onData = (data: readonly StreamedDatum[]) => {
      if (signal.aborted) return;
      for (const datum of data) if (!("error" in datum)) come.push(this.fitting(id, datum));
      // Whoever comes back to a history that was given up goes on where it ended.
      this.answered.set(id, new Set(come.map(idOf)));
      this.put(series, [...come], false);
    };
    this.underWay.add(versionOf(series));
    try {
      await fetchHistory(series.run, series.tag, from === series.steps[0] ? null : from, onData, signal);
    } finally {
      this.underWay.delete(versionOf(series));
    }
  }

  private finish(series: Series): void {
    this.answered.set(seriesId(series), new Set(idsOf(series)));
    this.put(series, this.store.histories.peek().get(seriesId(series))?.data ?? [], true);
  }

  private put(series: Series, data: readonly HistoryDatum[], isComplete: boolean): void {
    put(this.store.histories, seriesId(series), { data, isComplete });
  }

  /** The datum, or its margins alone where all that are wanted take too much room already. */
  private fitting(id: string, datum: HistoryDatum): HistoryDatum {
    this.sizes.set(id, (this.sizes.get(id) ?? 0) + datum.matrix.numBytes);
    this.makeRoom();
    if (this.totalBytes() <= this.maxBytes) return datum;
    const matrix = datum.matrix.withoutCells();
    this.sizes.set(id, (this.sizes.get(id) ?? 0) - datum.matrix.numBytes + matrix.numBytes);
    return { ...datum, matrix };
  }

  private touch(id: string): void {
    const size = this.sizes.get(id);
    if (size === undefined) return;
    this.sizes.delete(id);
    this.sizes.set(id, size);
  }

  /** Lets go of those that were wanted longest ago. */
  private makeRoom(): void {
    const gone = new Set<string>();
    for (const id of this.sizes.keys()) {
      if (this.totalBytes() <= this.maxBytes) break;
      if (this.wanted.has(id)) continue;
      gone.add(id);
      this.sizes.delete(id);
      this.answered.delete(id);
    }
    if (gone.size > 0) this.store.histories.value = new Map([...this.store.histories.peek()].filter(([id]) => !gone.has(id)));
  }

  private totalBytes(): number {
    let total = 0;
    for (const size of this.sizes.values()) total += size;
    return total;
  }

  private firstMissing(series: Series): number | null {
    const answered = this.answered.get(seriesId(series));
    const index = idsOf(series).findIndex((id) => !answered?.has(id));
    return series.steps[index] ?? null;
  }
}

function idsOf(series: Series): string[] {
  return series.steps.map((step, i) => idOf({ step, wallTime: series.wallTimes[i] as number }));
}

function idOf({ step, wallTime }: Pick<HistoryDatum, "step" | "wallTime">): string {
  return `${step}@${wallTime}`;
}

function bytesOf(data: readonly HistoryDatum[]): number {
  return data.reduce((sum, datum) => sum + datum.matrix.numBytes, 0);
}

function versionOf(series: Series): string {
  return JSON.stringify([series.run, series.tag, series.steps.length, series.steps.at(-1), series.wallTimes.at(-1)]);
}
